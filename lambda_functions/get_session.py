"""GET /session: how long the access token has left; answers 200 `{access_token_expires_in}`.

Errors: 401 unauthorized (client id or access token), invalid_dpop_proof.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def get_session(request: Request, services: Services) -> Reply:
    expires_at = int(request.principal["access_expires_at"])
    return Reply(200, {"access_token_expires_in": expires_at - services.now()})


handler = api_gateway.endpoint(get_session)
