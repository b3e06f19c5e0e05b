"""PUT /session: the newest token pair of a session; answers 200 with the shape of sign-in.

It takes the most recent access token, expired or not, and its refresh token; a session that is
bound to a key also takes a proof of possession. Errors: 400 invalid_request; 401 unauthorized
(client id, or a token that is not ours), invalid_dpop_proof, session_ended, stale_access_token;
413 body_too_large; 415 unsupported_media_type; 503 unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import Refresh
from shared.gateway.requests import Request
from shared.wiring.services import Services


def refresh_session(request: Request, services: Services) -> Reply:
    refresh_token = request.body(Refresh).refresh_token
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id, even_if_expired=True)
    if request.client_must_prove:
        access.require_proof()
    session, issued = services.sessions.refresh(access, refresh_token)
    request.record("authn_token_created", user_id=session.user_id,
                   session_id=session.session_id)
    return Reply(200, issued.as_response())


handler = api_gateway.endpoint(refresh_session, "access_tokens", "sessions")
