"""GET /sessions: the caller's live sessions, the newest first; answers 200 `{sessions: [...]}`.

Each has `id`, `client_id`, `created_at` and `refreshed_at` (epoch seconds), `address` and
`device` as seen at sign-in, and `current`, true for the caller's own. Errors: 401
unauthorized (client id or access token), invalid_dpop_proof, enrolment_required; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def list_sessions(request: Request, services: Services) -> Reply:
    return Reply(200, {"sessions": [
        session.as_response() | {"current": session.session_id == request.session_id}
        for session in services.user_sessions.live(request.user_id)]})


handler = api_gateway.endpoint(list_sessions, "user_sessions")
