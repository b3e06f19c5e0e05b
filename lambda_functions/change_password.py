"""PUT /user/password: changes the password and ends all other sessions; answers 200 `{message}`.

The current password has the same limit of attempts as a sign-in. Errors: 400 invalid_request,
weak_password; 401 unauthorized (client id or access token), bad_credentials; 413
body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import PasswordChange
from shared.gateway.requests import Request
from shared.wiring.services import Services


def change_password(request: Request, services: Services) -> Reply:
    body = request.body(PasswordChange)
    account = services.accounts.find(request.user_id)
    services.password_policy.check(body.new_password, account.email, "new_password")
    services.password_changes.change(account, body.current_password, body.new_password,
                                     keep_session_id=request.session_id)
    request.record("authn_password_change")
    return Reply(200, {"message": "password changed"})


handler = api_gateway.endpoint(change_password, "accounts", "password_policy",
                               "password_changes")
