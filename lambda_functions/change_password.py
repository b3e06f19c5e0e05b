"""PUT /user/password: changes the password and ends all sessions; answers 200 as a sign-in does.

The answer has the tokens of a new session. The attempts at the current password are counted for
the caller, apart from sign-ins. Whoever has a second factor must have shown it within ten minutes.
Errors: 400 invalid_request, weak_password; 401 unauthorized (client id or access token),
invalid_dpop_proof, bad_credentials, reauthentication_required, enrolment_required, account_blocked;
413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import PasswordChange
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def change_password(request: Request, services: Services) -> Reply:
    body = request.body(PasswordChange)
    account = services.accounts.find(request.user_id)
    signed_in = services.password_changes.change(account, body.current_password,
                                                 body.new_password, request.session_id,
                                                 request.caller, request.assurance)
    request.record("authn_password_change", **services.notices.tell(
        Notice.PASSWORD_CHANGED, account.email, request.caller))
    return Reply(200, signed_in.as_response())


handler = api_gateway.endpoint(change_password, "accounts", "password_changes", "notices")
