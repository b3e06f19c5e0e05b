"""POST /authorization-codes: gives the account pages a code for an application, to which they then
lead back somebody who is signed in there; answers 201 `{code, code_expires_in}`.

The code works once, within a minute, for this client application, with this redirect_uri, and with
the verifier of this challenge (RFC 7636). It takes a session of the client `account-pages`, which
must be bound to a key. Errors: 400 invalid_request, invalid_redirect_uri (the application is not
known or not enabled, or has not registered the address); 401 unauthorized (client id or access
token, a session of another client, or the account is gone), invalid_dpop_proof (also a session that
is bound to no key), reauthentication_required, enrolment_required; 413 body_too_large; 415
unsupported_media_type; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.code_bodies import CodeRequest
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_authorization_code(request: Request, services: Services) -> Reply:
    asked = request.body(CodeRequest)
    code = services.authorization_codes.issue(request.user_id, request.session_id, request.caller,
                                              asked.client_id, asked.redirect_uri,
                                              asked.code_challenge)
    request.record("authn_token_created", audience=asked.client_id)
    return Reply(201, code.as_response())


handler = api_gateway.endpoint(create_authorization_code, "authorization_codes")
