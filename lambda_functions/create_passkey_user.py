"""POST /user/passkey: signs a person up with a passkey and without a password, by a mailed link;
answers 201 as a sign-in does, with `id`, `passkey` and `recovery_codes`.

The address is verified by that, and the recovery codes are shown this once. With a proof of
possession, the session is bound to the key of the proof (RFC 9449). Errors: 400 invalid_request,
invalid_link; 401 unauthorized (client id), invalid_dpop_proof, invalid_ticket, invalid_passkey; 404
passkeys_not_configured; 409 user_exists; 413 body_too_large; 415 unsupported_media_type; 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import PasskeyAccount
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_passkey_user(request: Request, services: Services) -> Reply:
    new = request.body(PasskeyAccount)
    caller = request.caller_with(services.access_tokens.bind(
        credentials.sent_proof(request, services.settings), request.client_must_prove))
    signed_up = services.passkey_sign_up.register(new.token, new.passkey, caller)
    session = signed_up.signed_in.session
    request.record("user_created", user_id=session.user_id, session_id=session.session_id)
    return Reply(201, signed_up.as_response())


handler = api_gateway.endpoint(create_passkey_user, "access_tokens", "passkey_sign_up")
