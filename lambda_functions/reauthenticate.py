"""PUT /session/authentication: the user shows again who they are; answers 200 with the newest pair.

It takes an access token that has not expired, and the password, or of a user who has a second
factor a code. The session then says when, and how. Errors: 400 invalid_request; 401 unauthorized
(client id or access token), invalid_dpop_proof, session_ended, bad_credentials, invalid_code,
reauthentication_required (with what the user can show); 413 body_too_large; 415
unsupported_media_type; 429 too_many_attempts; 503 unavailable.
"""

from shared.errors import InvalidRequest
from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import FreshProof
from shared.gateway.requests import Request
from shared.wiring.services import Services


def reauthenticate(request: Request, services: Services) -> Reply:
    body = request.body(FreshProof)
    if bool(body.password) is bool(body.code):
        raise InvalidRequest("send a password or a code, and not both")
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id)
    if request.client_must_prove:
        access.require_proof()

    def tell(email: str, codes_left: int | None) -> None:
        request.about |= services.notices.tell_spent(email, codes_left, request.caller)

    renewed = (services.reauthentication.by_code(access, body.code, tell) if body.code
               else services.reauthentication.by_password(access, body.password))
    request.record("authn_reauthentication_success", user_id=renewed.session.user_id,
                   session_id=renewed.session.session_id)
    return Reply(200, renewed.issued.as_response())


handler = api_gateway.endpoint(reauthenticate, "access_tokens", "reauthentication", "notices")
