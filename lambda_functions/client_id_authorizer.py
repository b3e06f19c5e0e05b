"""Authorizes the routes that need only a client: `x-koms-clientid` must name an enabled one.

Otherwise the answer is 401 unauthorized, or 503 unavailable when a store is down. API Gateway
caches the answer for 300 s.
"""

from shared.gateway import authorizers
from shared.gateway.requests import CLIENT_ID_HEADER, Request
from shared.wiring.services import Services


def authorize(request: Request, services: Services) -> dict[str, str | int]:
    client = services.clients.require(request.header(CLIENT_ID_HEADER))
    request.about["client_id"] = client.client_id
    return {"client_id": client.client_id, "must_prove": int(client.must_prove)}


handler = authorizers.lambda_authorizer(authorize, "clients")
