"""DELETE /factors/passkey/{id}: removes a passkey of the caller; answers 200 `{message}`.

All other sessions end in which a passkey was shown. With the last factor go the recovery codes, and
a password alone signs in again. Errors: 401 unauthorized (client id or access token, or the account
is gone), invalid_dpop_proof, reauthentication_required; 404 not_found (no passkey of the caller has
this id); 409 last_way_in; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def delete_passkey(request: Request, services: Services) -> Reply:
    email = services.factor_removal.remove_passkey(
        request.user_id, request.session_id, request.assurance, request.path_parameter("id"))
    request.record("authn_factor_removed", **services.notices.tell(
        Notice.PASSKEY_REMOVED, email, request.caller))
    return Reply(200, {"message": "passkey removed"})


handler = api_gateway.endpoint(delete_passkey, "factor_removal", "notices")
