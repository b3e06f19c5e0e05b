"""POST /user/password-reset: mails a link if the address has an account; always answers 202.

The body and the time of the answer are the same for every address. The link works once,
for 30 minutes. Errors: 400 invalid_request, invalid_email; 401 unauthorized (client id);
413 body_too_large; 415 unsupported_media_type; 503 mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import Address
from shared.gateway.requests import Request
from shared.wiring.services import Services


def request_password_reset(request: Request, services: Services) -> Reply:
    email = request.body(Address).email
    with services.pace.whole_seconds():
        request.hidden_failure = services.mailed_links.request_reset(email)
    return Reply(202, {"message": "if the address has an account, a mail is on its way"})


handler = api_gateway.endpoint(request_password_reset, "mailed_links", "pace")
