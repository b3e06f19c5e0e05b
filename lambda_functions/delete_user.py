"""DELETE /user: deletes the caller's account, identity and sessions; answers 200 `{message}`.

It takes the current password, with the same limit of attempts as a sign-in, and frees the address.
Whoever has a second factor must have shown it within ten minutes. Errors: 400 invalid_request; 401
unauthorized (client id or access token), invalid_dpop_proof, bad_credentials,
reauthentication_required, enrolment_required; 413 body_too_large; 415
unsupported_media_type; 429 too_many_attempts; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import Confirmation
from shared.gateway.requests import Request
from shared.wiring.services import Services


def delete_user(request: Request, services: Services) -> Reply:
    password = request.body(Confirmation).password
    services.deletion.delete(request.user_id, password, request.session_id, request.assurance)
    request.record("user_deleted")
    return Reply(200, {"message": "account deleted"})


handler = api_gateway.endpoint(delete_user, "deletion")
