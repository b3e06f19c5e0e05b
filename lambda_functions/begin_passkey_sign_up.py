"""POST /user/passkey/options: begins to sign up with a passkey, by a mailed link; answers 200
`{ticket, ticket_expires_in, public_key}`.

A browser makes the passkey from `public_key` (WebAuthn Level 3, section 5.1.8). Errors: 400
invalid_request, invalid_link; 401 unauthorized (client id); 404 passkeys_not_configured; 413
body_too_large; 415 unsupported_media_type; 503 mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import SignUpLink
from shared.gateway.requests import Request
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services


def begin_passkey_sign_up(request: Request, services: Services) -> Reply:
    link = services.mailed_links.claims(request.body(SignUpLink).token, Purpose.SIGN_UP)
    services.used_tickets.require_unused_link(link.user_id)
    options = services.passkey_options.to_sign_up(link.user_id, link.email, request.client_id)
    return Reply(200, options.as_response())


handler = api_gateway.endpoint(begin_passkey_sign_up, "mailed_links", "used_tickets",
                               "passkey_options")
