"""GET /me says who calls; GET /reports is for people with the role `reports`.

API Gateway calls this function only for callers whom the Session API's authorizer let in. What it
found out is in the request's context; a header says nothing that one could rely on.
"""

import json
from collections.abc import Mapping
from typing import Any

# The role that each route needs, if any. A route that is not here is open to nobody.
ROLES = {"GET /me": None, "GET /reports": "reports"}


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    caller = event["requestContext"]["authorizer"]
    roles = caller["roles"].split()
    route = f"{event['httpMethod']} {event['resource']}"
    if route not in ROLES or ROLES[route] not in (None, *roles):
        return _answer(403, {"name": "forbidden", "message": "your roles do not allow this"})
    return _answer(200, {"user": caller["user_id"], "client": caller["client_id"],
                         "level": caller["acr"], "roles": roles})


def _answer(status: int, body: Mapping[str, object]) -> dict[str, Any]:
    # The second header lets a web page read the answer.
    return {"statusCode": status, "body": json.dumps(body), "headers": {
        "Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}}
