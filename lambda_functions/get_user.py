"""GET /user: the caller's account; answers 200 `{id, email, email_verified, roles}`.

Errors: 401 unauthorized (client id or access token, or the account is gone),
invalid_dpop_proof, enrolment_required; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def get_user(request: Request, services: Services) -> Reply:
    account, identity = services.owners.find_with_account(request.user_id)
    return Reply(200, {"id": account.user_id, "email": account.email,
                       "email_verified": identity.verified, "roles": list(account.roles)})


handler = api_gateway.endpoint(get_user, "owners")
