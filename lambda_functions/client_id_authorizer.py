"""Authorizes the routes that need a client only: `x-koms-clientid` names an enabled client.

Anything else is 401 unauthorized; a store that is down is 503 unavailable. API Gateway
caches the answer for 300 s.
"""

from shared.gateway import api_gateway
from shared.gateway.requests import CLIENT_ID_HEADER, Request
from shared.wiring.services import Services


def authorize(request: Request, services: Services) -> dict[str, str | int]:
    client = services.clients.require(request.header(CLIENT_ID_HEADER))
    request.about["client_id"] = client.client_id
    return {"client_id": client.client_id}


handler = api_gateway.authorizer(authorize, "clients")
