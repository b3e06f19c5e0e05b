"""PUT /session/passkey: the user shows again who they are; answers 200 with the newest pair.

It takes an access token that has not expired. The session then says when, and how. Errors: 400
invalid_request; 401 unauthorized (client id or access token), invalid_dpop_proof, session_ended,
invalid_ticket, invalid_passkey, unknown_passkey; 404 passkeys_not_configured; 413 body_too_large;
415 unsupported_media_type; 429 too_many_attempts; 503 unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import PasskeyAnswer
from shared.gateway.requests import Request
from shared.wiring.services import Services


def reauthenticate_by_passkey(request: Request, services: Services) -> Reply:
    sent = request.body(PasskeyAnswer)
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id)
    if request.client_must_prove:
        access.require_proof()
    renewed = services.passkey_reauthentication.prove(access, sent.ticket, sent.answer)
    request.record("authn_reauthentication_success", user_id=renewed.session.user_id,
                   session_id=renewed.session.session_id)
    return Reply(200, renewed.issued.as_response())


handler = api_gateway.endpoint(reauthenticate_by_passkey, "access_tokens",
                               "passkey_reauthentication")
