"""Whether a published version starts, tried before it gets traffic.

The event is harmless. It has the shape of a request, carries no body and no credentials, and
speaks for a client and a person who do not exist; sendMail gets an errand for such a person. A
version passes if it answers the event, even with a refusal. It fails if it cannot start, breaks, or
answers 5xx. This finds variables and secrets that are missing or may not be read, because every
function reads its own at its start. It finds a table that may not be read only in getUser,
exportUser, listSessions, deleteSessions and sendMail, which look for this person in one, and in
clientIdAuthorizer, which looks for the client; the others refuse the event before that.
"""

import json
from typing import Any

from botocore.exceptions import WaiterError

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.delivery.functions import Function, Version
from shared.gateway.requests import CLIENT_ID_HEADER

NOBODY = "start-check"
EVENT = {
    "httpMethod": "OPTIONS",
    "resource": "/ping",
    "path": "/ping",
    "headers": {CLIENT_ID_HEADER: NOBODY},
    "multiValueHeaders": {CLIENT_ID_HEADER: [NOBODY]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": {"id": NOBODY},
    "body": None,
    "isBase64Encoded": False,
    "methodArn": "arn:aws:execute-api:us-west-2:000000000000:start/check/GET/ping",
    "requestContext": {
        "requestId": NOBODY,
        "identity": {"sourceIp": "127.0.0.1", "userAgent": NOBODY},
        "authorizer": {"client_id": NOBODY, "user_id": NOBODY, "session_id": NOBODY,
                       "access_expires_at": str(2**53)},
    },
}
# No address has this form, so no account has it.
ERRAND = {"occasion": "verify_email", "email": NOBODY, "source": NOBODY,
          "device_token": ""}
START_SECONDS = 300


def require_start(function: Function, version: Version) -> None:
    """Raise Refused, with what the version said, unless it starts."""
    what = f"Version {version.number} of {function.full_name}"
    try:
        function.client.get_waiter("published_version_active").wait(
            FunctionName=function.full_name, Qualifier=version.number,
            WaiterConfig=aws.waiting(START_SECONDS))
    except WaiterError as error:
        if "Error" in error.last_response:
            # Lambda refused the invocation, which says nothing about the version.
            raise
        reason = error.last_response.get("StateReason", error)
        raise Refused(f"{what} does not start: {reason}") from error
    said, failed = function.invoke(version, ERRAND if function.name == "sendMail" else EVENT)
    if fault := _fault(said, failed):
        raise Refused(f"{what} does not start: {fault}")


def _fault(said: Any, failed: bool) -> str | None:
    """Return what is wrong with an answer. An authorizer refuses by failing with this text."""
    if failed:
        text = f"{said.get('errorType')}: {said.get('errorMessage')}"
        return None if said.get("errorMessage") == "Unauthorized" else text
    if isinstance(said, dict) and said.get("statusCode", 200) < 500:
        return None
    return f"it answers {json.dumps(said)[:300]}"
