"""POST /session/passkey/options: begins to sign in with a passkey; answers 200
`{ticket, ticket_expires_in, public_key}`.

Any passkey of the stage answers, unless the ticket of a second step is sent, or an access token by
which its user shows again who they are: then those of that user do. A browser asks the passkey with
`public_key` (WebAuthn Level 3, section 5.1.9). Errors: 400 invalid_request; 401 unauthorized
(client id or access token), invalid_dpop_proof, session_ended, invalid_ticket; 404
passkeys_not_configured, not_found (the user has none); 413 body_too_large; 415
unsupported_media_type; 503 unavailable.
"""

from shared.errors import InvalidRequest
from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.passkey_bodies import PasskeyStart
from shared.gateway.requests import Request
from shared.wiring.services import Services


def begin_passkey_sign_in(request: Request, services: Services) -> Reply:
    ticket = request.body(PasskeyStart).ticket
    if request.header("Authorization"):
        if ticket:
            raise InvalidRequest("send a ticket or an access token, and not both")
        access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                               request.client_id)
        if request.client_must_prove:
            access.require_proof()
        session = services.step_up.session_of(access)
        options = services.passkey_options.to_show_again(session.user_id, session.session_id,
                                                         request.client_id)
    elif ticket:
        options = services.passkey_options.to_finish(ticket, request.client_id)
    else:
        options = services.passkey_options.to_sign_in(request.client_id)
    return Reply(200, options.as_response())


handler = api_gateway.endpoint(begin_passkey_sign_in, "access_tokens", "step_up",
                               "passkey_options")
