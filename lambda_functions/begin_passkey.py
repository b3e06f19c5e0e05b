"""POST /factors/passkey/options: begins to add a passkey; answers 200
`{ticket, ticket_expires_in, public_key}`.

A browser makes the passkey from `public_key` (WebAuthn Level 3, section 5.1.8). Errors: 401
unauthorized (client id or access token, or the account is gone), invalid_dpop_proof,
reauthentication_required; 404 passkeys_not_configured; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def begin_passkey(request: Request, services: Services) -> Reply:
    identity = services.trusted_owners.find(request.user_id, request.session_id,
                                            request.assurance)
    options = services.passkey_options.to_add(identity, request.session_id, request.client_id)
    request.record("authn_factor_enrolment")
    return Reply(200, options.as_response())


handler = api_gateway.endpoint(begin_passkey, "trusted_owners", "passkey_options")
