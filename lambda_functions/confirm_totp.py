"""PUT /factors/totp: turns the app on by a code of it; answers 200 `{recovery_codes: [...]}`.

With the first factor, ten recovery codes are shown, this once, and all other sessions of the caller
end; with another one, the list is empty. Errors: 400
invalid_request; 401 unauthorized (client id or access token, or the account is gone),
invalid_dpop_proof, reauthentication_required, invalid_code; 404 not_found (there is nothing to
confirm); 409 factor_exists; 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts;
503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import TotpConfirmation
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def confirm_totp(request: Request, services: Services) -> Reply:
    code = request.body(TotpConfirmation).code

    def tell(email: str) -> None:
        request.about |= services.notices.tell(Notice.FACTOR_ADDED, email, request.caller)

    shown = services.app_enrolment.confirm(request.user_id, request.session_id,
                                           request.assurance, code, tell)
    request.record("authn_factor_added")
    return Reply(200, {"recovery_codes": list(shown)})


handler = api_gateway.endpoint(confirm_totp, "app_enrolment", "notices")
