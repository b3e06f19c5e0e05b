"""GET /user/export: everything that is held about the caller; answers 200 with one object.

The object has `account`, `identity` (which says only how the password is hashed),
`attempts` and `sessions`; instants are epoch seconds. Errors: 401 unauthorized (client id
or access token, or the account is gone), invalid_dpop_proof, enrolment_required; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def export_user(request: Request, services: Services) -> Reply:
    request.record("user_exported")
    return Reply(200, services.export.of(request.user_id))


handler = api_gateway.endpoint(export_user, "export")
