"""POST /factors/passkey: adds the passkey that a browser has made; answers 201 with it.

With the first factor come ten recovery codes, which are shown this once, and all other sessions of
the caller end. Errors: 400 invalid_request; 401 unauthorized (client id or access token, or the
account is gone), invalid_dpop_proof, reauthentication_required, invalid_ticket, invalid_passkey;
404 passkeys_not_configured; 409 factor_exists, too_many_passkeys; 413 body_too_large; 415
unsupported_media_type; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import NewPasskey
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def create_passkey(request: Request, services: Services) -> Reply:
    sent = request.body(NewPasskey).passkey

    def tell(email: str) -> None:
        request.about |= services.notices.tell(Notice.PASSKEY_ADDED, email, request.caller)

    passkey, recovery_codes = services.passkey_enrolment.add(
        request.user_id, request.session_id, request.assurance, request.client_id, sent, tell)
    request.record("authn_factor_added")
    return Reply(201, passkey.as_response() | {"recovery_codes": list(recovery_codes)})


handler = api_gateway.endpoint(create_passkey, "passkey_enrolment", "notices")
