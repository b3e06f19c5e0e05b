"""POST /session/passkey: signs in with a passkey; answers 201 as POST /session does.

A passkey that has verified its user is enough alone, and takes the place of a code at the second
step. With a proof of possession, the session is bound to the key of the proof (RFC 9449). Errors:
400 invalid_request; 401 unauthorized (client id), invalid_dpop_proof, invalid_ticket,
invalid_passkey, unknown_passkey, bad_credentials (the address is not verified), account_blocked;
404 passkeys_not_configured; 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts;
503 unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import PasskeyAnswer
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_passkey_session(request: Request, services: Services) -> Reply:
    sent = request.body(PasskeyAnswer)
    caller = request.caller_with(services.access_tokens.bind(
        credentials.sent_proof(request, services.settings), request.client_must_prove))
    signed_in = services.passkey_sign_in.open(sent.ticket, sent.answer, caller)
    request.record("authn_login_success", user_id=signed_in.session.user_id,
                   session_id=signed_in.session.session_id)
    return Reply(201, signed_in.as_response())


handler = api_gateway.endpoint(create_passkey_session, "access_tokens", "passkey_sign_in")
