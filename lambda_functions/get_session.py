"""GET /session: how long the access token has left; answers 200 `{access_token_expires_in}`.

Errors: 401 unauthorized (client id or access token).
"""

from shared.errors import Unauthorized
from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def get_session(request: Request, services: Services) -> Reply:
    seconds_left = int(request.principal["access_expires_at"]) - services.now()
    if seconds_left <= 0:
        # A stage may cache the authorizer's answer, which can outlive the token.
        raise Unauthorized
    return Reply(200, {"access_token_expires_in": seconds_left})


handler = api_gateway.endpoint(get_session)
