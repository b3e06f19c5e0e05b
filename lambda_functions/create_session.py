"""POST /session: signs a person in; answers 201 with an access and a refresh token.

Errors: 400 invalid_request, invalid_email, unsupported_account_type; 401 unauthorized
(client id), bad_credentials; 413 body_too_large; 415 unsupported_media_type; 429
too_many_attempts; 503 unavailable.
"""

from shared import api_gateway
from shared.api_gateway import Reply
from shared.email_models import Credentials
from shared.requests import Request
from shared.wiring import Services


def create_session(request: Request, services: Services) -> Reply:
    credentials = request.body(Credentials)
    identity = services.authentication.authenticate(credentials.email, credentials.password)

    def confirm() -> None:
        services.authentication.confirm(identity)
        services.roster.trim(identity.user_id)

    session, issued = services.sessions.open(identity.user_id, request.client_id, confirm,
                                             request.caller_address, request.caller_device)
    request.record("authn_login_success", user_id=session.user_id,
                   session_id=session.session_id)
    return Reply(201, issued.as_response())


handler = api_gateway.endpoint(create_session, "authentication", "roster", "sessions")
