"""PUT /user/password-reset: sets a new password by a mailed link; answers 200
`{message, device_token}`.

All sessions end, and nobody is signed in. Passkeys are removed from an account whose address was
not verified before. A sign-in with the device token does not wait for failed attempts of others.
Errors: 400 invalid_request, invalid_link, weak_password; 401 unauthorized (client id); 413
body_too_large; 415 unsupported_media_type; 429 too_many_attempts (with a used link); 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import PasswordReset
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services


def reset_password(request: Request, services: Services) -> Reply:
    body = request.body(PasswordReset)
    identity, link = services.mailed_links.owner(body.token, Purpose.RESET_PASSWORD)

    def tell() -> None:
        request.about |= {"passkeys": "removed"} | services.notices.tell(
            Notice.PASSKEY_REMOVED, identity.name, request.caller)

    device_token = services.password_changes.reset(identity, link, body.new_password, tell)
    request.record("authn_password_change", user_id=identity.user_id, **services.notices.tell(
        Notice.PASSWORD_CHANGED, identity.name, request.caller))
    return Reply(200, {"message": "password changed", "device_token": device_token})


handler = api_gateway.endpoint(reset_password, "mailed_links", "password_changes", "notices")
