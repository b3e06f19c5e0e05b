"""PUT /user/email/confirmation: gives the account another address, by a mailed link; answers 200
with the newest pair.

It takes an access token of the account that has not expired. All other sessions end, and the former
address is told. Errors: 400 invalid_request, invalid_link; 401 unauthorized (client id or access
token, or the account is gone), invalid_dpop_proof, session_ended, enrolment_required; 409
user_exists (the address has an account by now); 413 body_too_large; 415 unsupported_media_type; 503
mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import EmailConfirmation
from shared.gateway.requests import Request
from shared.wiring.services import Services


def confirm_email(request: Request, services: Services) -> Reply:
    token = request.body(EmailConfirmation).token
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id)
    if request.client_must_prove:
        access.require_proof()
    changed = services.email_changes.confirm(access, token, request.caller)
    request.record("user_updated", user_id=changed.session.user_id,
                   session_id=changed.session.session_id, **changed.told)
    return Reply(200, changed.issued.as_response())


handler = api_gateway.endpoint(confirm_email, "access_tokens", "email_changes")
