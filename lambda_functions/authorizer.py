"""Authorizes the routes that need an access token.

The token must verify, its client must be enabled, and its session must be live. A token that is
bound to a key needs a proof of possession for this very request (RFC 9449). The answer names
client, user, session, the token's expiry, when and how the user has shown who they are, the user's
roles, for a bound token the key and the proof, and until when the user has to enrol a second factor
if the stage requires one. From then on, the token is good for no other API. Otherwise the answer is
401 unauthorized or invalid_dpop_proof, or 503 unavailable when a store is down.
"""

from shared.errors import Unauthorized
from shared.gateway import addresses, authorizers, credentials, vouched
from shared.gateway.requests import CLIENT_ID_HEADER, Request
from shared.wiring.services import Services


def authorize(request: Request, services: Services) -> dict[str, str | int]:
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.header(CLIENT_ID_HEADER))
    claims = access.claims
    if services.remembered_clients.require(claims.client_id).must_prove:
        access.require_proof()
    session = services.sessions.authorize(claims)
    if (session.enrol_by is not None and services.now() >= session.enrol_by
            and not addresses.is_to_own_api(request, services.settings)):
        raise Unauthorized("the user must enrol a second factor first")
    request.about |= {"client_id": claims.client_id, "user_id": claims.user_id,
                      "session_id": claims.session_id}
    return {"client_id": claims.client_id, "user_id": claims.user_id,
            "session_id": claims.session_id, "access_expires_at": claims.expires_at,
            "auth_time": session.auth_time, "amr": " ".join(session.proven.amr),
            "acr": session.proven.acr, "roles": " ".join(session.roles),
            **({} if session.enrol_by is None else {"enrol_by": session.enrol_by}),
            **(vouched.about_proof(request, access.proof.jkt, access.proof.expires_at)
               if access.proof else {})}


handler = authorizers.lambda_authorizer(authorize, "access_tokens", "remembered_clients",
                                        "sessions")
