"""PUT /session: the newest token pair of a session; answers 200 with the shape of sign-in.

It takes the most recent access token, expired or not, and its refresh token. Errors: 400
invalid_request; 401 unauthorized (client id, or a token that is not ours), session_ended,
stale_access_token; 413 body_too_large; 415 unsupported_media_type; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import Refresh
from shared.gateway.requests import Request
from shared.wiring.services import Services


def refresh_session(request: Request, services: Services) -> Reply:
    refresh_token = request.body(Refresh).refresh_token
    session, issued = services.sessions.refresh(request.bearer_token, refresh_token,
                                                request.client_id)
    request.record("authn_token_created", user_id=session.user_id,
                   session_id=session.session_id)
    return Reply(200, issued.as_response())


handler = api_gateway.endpoint(refresh_session, "sessions")
