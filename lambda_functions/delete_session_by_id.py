"""DELETE /sessions/{id}: ends one session of the caller; answers 200 `{message}`.

Errors: 401 unauthorized (client id or access token), invalid_dpop_proof, enrolment_required; 404
not_found (no session of the caller with that id); 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def delete_session_by_id(request: Request, services: Services) -> Reply:
    services.user_sessions.end(request.user_id, request.path_parameter("id"))
    request.record("authn_token_revoked")
    return Reply(200, {"message": "session ended"})


handler = api_gateway.endpoint(delete_session_by_id, "user_sessions")
