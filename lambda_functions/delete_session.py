"""DELETE /session: signs out; answers 200 `{message}`.

The session's tokens no longer work. An expired access token may still end its own session.
Errors: 401 unauthorized (client id, or a token that is not ours), session_ended; 503
unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def delete_session(request: Request, services: Services) -> Reply:
    ended = services.sessions.end(request.bearer_token, request.client_id)
    request.record("authn_token_revoked", user_id=ended.user_id, session_id=ended.session_id)
    return Reply(200, {"message": "session ended"})


handler = api_gateway.endpoint(delete_session, "sessions")
