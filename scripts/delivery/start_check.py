"""Whether a published version starts, tried before it gets traffic.

The event is harmless. It has the shape of a request, carries no body and no credentials, and
speaks for a client and a person who do not exist; sendMail gets an errand for such a person. A
version passes if it answers the event, even with a refusal. It fails if it cannot start, breaks, or
answers 5xx. This finds variables and secrets that are missing or may not be read, because every
function reads its own at its start. It finds a table that may not be read only in functions that
look for this person or this client before anything else; the others refuse the event before that.
"""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.delivery.functions import Function, NotReady, Version
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
                       "access_expires_at": str(2**53), "auth_time": "0", "amr": "pwd",
                       "acr": "aal1"},
    },
}
# No address has this form, so no account has it.
ERRAND = {"occasion": "verify_email", "email": NOBODY, "source": NOBODY,
          "device_token": ""}
START_SECONDS = 300
# A new account may run ten functions at once ("Lambda quotas"), and most of them are for people.
AT_ONCE = 3


class DoesNotStart(Refused):
    """The version is at fault; other refusals say nothing about it."""


def require_start(function: Function, version: Version) -> None:
    """Raise DoesNotStart, with what the version said, unless it starts. One that has been idle
    for weeks is woken first."""
    said, failed = _first_answer(function, version)
    if fault := _fault(said, failed):
        raise DoesNotStart(f"{_name(function, version)} does not start: {fault}")


def require_starts(pairs: Iterable[tuple[Function, Version]]) -> None:
    """Raise DoesNotStart unless each starts."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(require_start, *zip(*pairs, strict=True)))


def _first_answer(function: Function, version: Version) -> tuple[Any, bool]:
    """Return what the version answers once it is Active.

    Lambda makes a version Inactive that nobody has called for weeks (SnapStart, VPC). It takes an
    invocation to wake it, which fails until the version is Active again ("Troubleshooting
    SnapStart errors", "Lambda function states"). The SDK's waiter does not know Inactive.
    """
    event = ERRAND if function.name == "sendMail" else EVENT
    deadline = time.monotonic() + START_SECONDS
    while True:
        seen = function.settings(version.number)
        if seen["State"] == "Failed":
            raise DoesNotStart(
                f"{_name(function, version)} does not start: {seen.get('StateReason')}")
        if seen["State"] != "Pending":
            with suppress(NotReady):
                answer = function.invoke(version.number, event)
                if seen["State"] == "Active":
                    return answer
        if time.monotonic() > deadline:
            raise Refused(f"{_name(function, version)} is {seen['State']} after {START_SECONDS} s "
                          "and cannot be tried; run the same again later.")
        time.sleep(aws.POLL_SECONDS)


def _name(function: Function, version: Version) -> str:
    return f"Version {version.number} of {function.full_name}"


def _fault(said: Any, failed: bool) -> str | None:
    """Return what is wrong with an answer. An authorizer refuses by failing with this text."""
    if failed:
        text = f"{said.get('errorType')}: {said.get('errorMessage')}"
        return None if said.get("errorMessage") == "Unauthorized" else text
    if isinstance(said, dict) and said.get("statusCode", 200) < 500:
        return None
    return f"it answers {json.dumps(said)[:300]}"
