"""POST /session/authorization-code: signs in with a code of the account pages; answers 201 as
POST /session does.

The code must have been made for this client application and this redirect_uri, and code_verifier be
what its challenge was made of (RFC 7636). The session has what its user has shown to the pages, and
ends no later than their session there. With a proof of possession, it is bound to the key of the
proof (RFC 9449). Errors: 400 invalid_request; 401 unauthorized (client id), invalid_dpop_proof,
invalid_authorization_code, account_blocked; 413 body_too_large; 415 unsupported_media_type; 503
unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.code_bodies import CodeExchange
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_code_session(request: Request, services: Services) -> Reply:
    sent = request.body(CodeExchange)
    caller = request.caller_with(services.access_tokens.bind(
        credentials.sent_proof(request, services.settings), request.client_must_prove))
    signed_in = services.code_sign_in.open(sent.code, sent.code_verifier, sent.redirect_uri, caller)
    request.record("authn_login_success", user_id=signed_in.session.user_id,
                   session_id=signed_in.session.session_id)
    return Reply(201, signed_in.as_response())


handler = api_gateway.endpoint(create_code_session, "access_tokens", "code_sign_in")
