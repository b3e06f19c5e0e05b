"""POST /user: signs a person up; answers 201 `{id, email, message}`.

A stage that requires a verified address answers 202 `{message}` instead, for a new and for
a taken address alike, and sends a mail that says more. There, a person who sends no password signs
up with a passkey, by the link in that mail.

Errors: 400 invalid_request, invalid_email, weak_password; 401 unauthorized (client id);
409 user_exists; 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts
(sign-ups from one source, or requests for mail); 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import NewUser
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_user(request: Request, services: Services) -> Reply:
    new_user = request.body(NewUser)
    services.sources.count_sign_up(request.caller.address)
    if not new_user.password:
        services.sign_up.invite(new_user.email, request.caller)
        return Reply(202, {"message": "check your mail to continue"})
    services.password_policy.check(new_user.password, new_user.email)
    account = services.sign_up.register(new_user.email, new_user.password, request.caller)
    if account is not None:
        request.record("user_created", user_id=account.user_id)
    if account is None or services.settings.require_verified_email:
        return Reply(202, {"message": "check your mail to continue"})
    return Reply(201, {"id": account.user_id, "email": account.email,
                       "message": "account created"})


handler = api_gateway.endpoint(create_user, "sources", "password_policy", "sign_up")
