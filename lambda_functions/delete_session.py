"""DELETE /session: signs out; answers 200 `{message}`.

The session's tokens no longer work. An expired access token may still end its own session; one
that is bound to a key needs a proof of possession. Errors: 401 unauthorized (client id, or a token
that is not ours), invalid_dpop_proof, session_ended; 503 unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def delete_session(request: Request, services: Services) -> Reply:
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id, even_if_expired=True)
    ended = access.claims
    services.sessions.end(ended)
    request.record("authn_token_revoked", user_id=ended.user_id, session_id=ended.session_id)
    return Reply(200, {"message": "session ended"})


handler = api_gateway.endpoint(delete_session, "access_tokens", "sessions")
