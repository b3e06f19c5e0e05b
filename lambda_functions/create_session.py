"""POST /session: signs a person in; answers 201 with an access, a refresh and a device token.

With a proof of possession, the session is bound to the key of the proof (RFC 9449). Errors: 400
invalid_request, invalid_email, unsupported_account_type; 401 unauthorized (client id),
invalid_dpop_proof, bad_credentials; 413 body_too_large; 415 unsupported_media_type; 429
too_many_attempts; 503 unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import Credentials
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_session(request: Request, services: Services) -> Reply:
    body = request.body(Credentials)
    jkt = services.access_tokens.bind(credentials.sent_proof(request, services.settings),
                                      request.client_must_prove)
    signed_in = services.password_sign_in.open(body.email, body.password, body.device_token,
                                               request.caller_with(jkt))
    request.record("authn_login_success", user_id=signed_in.session.user_id,
                   session_id=signed_in.session.session_id)
    return Reply(201, signed_in.as_response())


handler = api_gateway.endpoint(create_session, "access_tokens", "password_sign_in")
