"""DELETE /factors/totp: removes the app that makes codes; answers 200 `{message}`.

With the last factor go the recovery codes, and a password alone signs in again. Errors: 401
unauthorized (client id or access token, or the account is gone), invalid_dpop_proof,
reauthentication_required; 404 not_found (there is no app); 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def delete_totp(request: Request, services: Services) -> Reply:
    email = services.factor_removal.remove_totp(request.user_id, request.session_id,
                                                request.assurance)
    if email:
        request.record("authn_factor_removed", **services.notices.tell(
            Notice.FACTOR_REMOVED, email, request.caller))
    else:
        request.record("authn_factor_enrolment_dropped")
    return Reply(200, {"message": "second factor removed"})


handler = api_gateway.endpoint(delete_totp, "factor_removal", "notices")
