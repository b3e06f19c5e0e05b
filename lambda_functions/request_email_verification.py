"""POST /user/email-verification: asks for a mail with a link that verifies an address; answers 202.

The answer is the same for every address, which is looked up only later, by sendMail. The link
works for 24 hours. Errors: 400 invalid_request, invalid_email; 401 unauthorized (client
id); 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import Address
from shared.gateway.requests import Request
from shared.mail.errands import Occasion
from shared.wiring.services import Services


def request_email_verification(request: Request, services: Services) -> Reply:
    body = request.body(Address)
    services.mail_requests.ask(Occasion.VERIFY_EMAIL, body.email, body.device_token, request.caller)
    request.record("email_verification_requested")
    return Reply(202, {"message": "if the address has an account and is not verified yet,"
                                  " a mail is on its way"})


handler = api_gateway.endpoint(request_email_verification, "mail_requests")
