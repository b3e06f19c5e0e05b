"""POST /factors/recovery-codes: a new set of recovery codes; answers 201 `{recovery_codes: [...]}`.

They are shown this once, and those of the old set no longer work. Errors: 401 unauthorized (client
id or access token, or the account is gone), invalid_dpop_proof, reauthentication_required; 404
not_found (no second factor is on); 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def create_recovery_codes(request: Request, services: Services) -> Reply:
    changed = services.factor_changes.replace_codes(request.user_id, request.session_id,
                                                    request.assurance)
    request.record("authn_recovery_codes_replaced", **services.notices.tell(
        Notice.RECOVERY_CODES_REPLACED, changed.email, request.caller))
    return Reply(201, {"recovery_codes": list(changed.recovery_codes)})


handler = api_gateway.endpoint(create_recovery_codes, "factor_changes", "notices")
