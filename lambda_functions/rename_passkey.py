"""PUT /factors/passkey/{id}: gives a passkey of the caller another name; answers 200 with it.

Errors: 400 invalid_request; 401 unauthorized (client id or access token), invalid_dpop_proof; 404
not_found (no passkey of the caller has this id); 413 body_too_large; 415 unsupported_media_type;
503 unavailable.
"""

from shared.errors import NotFound
from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import PasskeyName
from shared.gateway.requests import Request
from shared.wiring.services import Services


def rename_passkey(request: Request, services: Services) -> Reply:
    name = request.body(PasskeyName).name
    passkey = services.factor_store.rename_passkey(request.user_id, request.path_parameter("id"),
                                                   name)
    if passkey is None:
        raise NotFound
    return Reply(200, passkey.as_response())


handler = api_gateway.endpoint(rename_passkey, "factor_store")
