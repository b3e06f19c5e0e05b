"""POST /user/email-verification: mails a link to an address that is not verified yet; answers 202.

The body and the time of the answer are the same for every address. The link works once,
for 24 hours. Errors: 400 invalid_request, invalid_email; 401 unauthorized (client id); 413
body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503 mail_not_configured,
unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import Address
from shared.gateway.requests import Request
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services


def request_email_verification(request: Request, services: Services) -> Reply:
    email = request.body(Address).email
    with services.pace.whole_seconds():
        request.hidden_failure = services.mailed_links.request(email, Purpose.VERIFY_EMAIL)
    return Reply(202, {"message": "if the address is to be verified, a mail is on its way"})


handler = api_gateway.endpoint(request_email_verification, "mailed_links", "pace")
