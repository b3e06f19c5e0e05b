"""Authorizes the routes that need an access token.

The token must verify, its client must be enabled, and its session must be live. The answer names
client, user, session, the token's expiry, when and how the user has shown who they are, and the
user's roles. Otherwise the answer is 401 unauthorized, or 503
unavailable when a store is down.
"""

from shared.gateway import authorizers
from shared.gateway.requests import CLIENT_ID_HEADER, Request
from shared.tokens.session_tokens import TokenType
from shared.wiring.services import Services


def authorize(request: Request, services: Services) -> dict[str, str | int]:
    claims = services.tokens.verify(request.bearer_token, TokenType.ACCESS,
                                    request.header(CLIENT_ID_HEADER))
    services.remembered_clients.require(claims.client_id)
    session = services.sessions.authorize(claims)
    request.about |= {"client_id": claims.client_id, "user_id": claims.user_id,
                      "session_id": claims.session_id}
    return {"client_id": claims.client_id, "user_id": claims.user_id,
            "session_id": claims.session_id, "access_expires_at": claims.expires_at,
            "auth_time": session.auth_time, "amr": " ".join(session.proven.amr),
            "acr": session.proven.acr, "roles": " ".join(session.roles)}


handler = authorizers.lambda_authorizer(authorize, "tokens", "remembered_clients", "sessions")
