"""POST /user/email-verification: mails a link to an address that is not proven yet; answers 202.

The body and the time of the answer are the same for every address. The link works once,
for 24 hours. Errors: 400 invalid_request, invalid_email; 401 unauthorized (client id); 413
body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503 mail_not_configured,
unavailable.
"""

from shared import api_gateway
from shared.api_gateway import Reply
from shared.email_models import Address
from shared.mail_tokens import Purpose
from shared.requests import Request
from shared.wiring import Services


def request_email_verification(request: Request, services: Services) -> Reply:
    email = request.body(Address).email
    with services.pace.whole_seconds():
        request.untold = services.mailed_links.request(email, Purpose.VERIFY_EMAIL)
    return Reply(202, {"message": "if the address is to be verified, a mail is on its way"})


handler = api_gateway.endpoint(request_email_verification, "mailed_links", "pace")
