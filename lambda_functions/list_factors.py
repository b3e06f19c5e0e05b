"""GET /factors: the second factors of the caller; answers 200 `{factors: [...]}`.

Each has `id`, `kind`, `created_at` and `last_used_at` (epoch seconds, null before the first use);
recovery codes also have `left`. Errors: 401 unauthorized (client id or access token),
invalid_dpop_proof; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def list_factors(request: Request, services: Services) -> Reply:
    return Reply(200, {"factors": services.factor_store.find(request.user_id).as_response()})


handler = api_gateway.endpoint(list_factors, "factor_store")
