"""POST /user/password-reset: asks for a mail with a link that resets the password; answers 202.

The answer is the same for every address, which is looked up only later, by sendMail. The link
works once, for 30 minutes. Errors: 400 invalid_request, invalid_email; 401 unauthorized (client
id); 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import Address
from shared.gateway.requests import Request
from shared.mail.errands import Occasion
from shared.wiring.services import Services


def request_password_reset(request: Request, services: Services) -> Reply:
    body = request.body(Address)
    services.mail_requests.ask(Occasion.RESET_PASSWORD, body.email, body.device_token,
                               request.caller)
    request.record("password_reset_requested")
    return Reply(202, {"message": "if the address has an account, a mail is on its way"})


handler = api_gateway.endpoint(request_password_reset, "mail_requests")
