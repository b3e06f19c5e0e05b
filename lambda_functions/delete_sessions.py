"""DELETE /sessions: ends all other sessions of the caller, or all with `?include=current`.

It answers 200 `{message, ended}`, the number of sessions that were live. Errors: 400
invalid_request (another value of `include`); 401 unauthorized (client id or access token),
invalid_dpop_proof, enrolment_required; 503 unavailable.
"""

from shared.errors import InvalidRequest
from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def delete_sessions(request: Request, services: Services) -> Reply:
    include = request.query_parameter("include")
    if include not in ("", "current"):
        raise InvalidRequest("the parameter include can only be current")
    own = request.session_id
    ended = services.user_sessions.end_all(request.user_id, "" if include else own,
                                           last_session_id=own)
    request.record("authn_token_revoked", **services.notices.tell_user(
        Notice.SESSIONS_ENDED, request.user_id, request.caller) if ended else {})
    return Reply(200, {"message": "sessions ended", "ended": ended})


handler = api_gateway.endpoint(delete_sessions, "user_sessions", "notices")
