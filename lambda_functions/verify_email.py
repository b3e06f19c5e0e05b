"""PUT /user/email-verification: notes that an address is verified; answers 200 `{message}`.

Errors: 400 invalid_request, invalid_link; 401 unauthorized (client id); 413
body_too_large; 415 unsupported_media_type; 503 mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import EmailVerification
from shared.gateway.requests import Request
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services


def verify_email(request: Request, services: Services) -> Reply:
    token = request.body(EmailVerification).token
    identity, _link = services.mailed_links.owner(token, Purpose.VERIFY_EMAIL)
    services.verification.verify(identity)
    request.record("user_updated", user_id=identity.user_id)
    return Reply(200, {"message": "address verified"})


handler = api_gateway.endpoint(verify_email, "mailed_links", "verification")
