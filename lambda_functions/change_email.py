"""PUT /user/email: asks for a mail with a link that gives the account another address; answers 202.

The answer is the same whether the address is free or taken, which sendMail finds out later. The
link works once, for 24 hours, by PUT /user/email/confirmation. The present address is told. Errors:
400 invalid_request (also for the present address), invalid_email; 401 unauthorized (client id or
access token, or the account is gone), invalid_dpop_proof, reauthentication_required,
enrolment_required; 413 body_too_large; 415 unsupported_media_type; 429 too_many_attempts; 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import NextAddress
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def change_email(request: Request, services: Services) -> Reply:
    body = request.body(NextAddress)
    present = services.email_change_requests.ask(request.user_id, request.session_id,
                                                 request.assurance, body.email, request.caller)
    request.record("email_change_requested", **services.notices.tell(
        Notice.EMAIL_CHANGE_REQUESTED, present, request.caller))
    return Reply(202, {"message": "a mail with a link is on its way to the other address, unless"
                                  " that has an account"})


handler = api_gateway.endpoint(change_email, "email_change_requests", "notices")
