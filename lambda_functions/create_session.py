"""POST /session: signs a person in; answers 201 with an access, a refresh and a device token.

A right password on an account with a second factor is answered 401 second_factor_required with a
ticket, which signs in together with a code. With a proof of possession, the session is bound to the
key of the proof (RFC 9449). Errors: 400 invalid_request, invalid_email, unsupported_account_type;
401 unauthorized (client id), invalid_dpop_proof, bad_credentials, second_factor_required,
invalid_ticket, invalid_code, account_blocked; 413 body_too_large; 415 unsupported_media_type; 429
too_many_attempts; 503 unavailable.
"""

from shared.errors import InvalidCode
from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.email_bodies import SECOND_FACTOR, Credentials, SecondStep
from shared.gateway.requests import Request
from shared.mail.notices import Notice
from shared.wiring.services import Services


def create_session(request: Request, services: Services) -> Reply:
    body = (request.body(SecondStep) if request.body_says("account_type", SECOND_FACTOR)
            else request.body(Credentials))
    caller = request.caller_with(services.access_tokens.bind(
        credentials.sent_proof(request, services.settings), request.client_must_prove))
    if isinstance(body, SecondStep):
        def tell(email: str, codes_left: int | None) -> None:
            request.about |= services.notices.tell_spent(email, codes_left, caller)

        try:
            signed_in = services.second_step.open(body.ticket, body.code, caller, tell)
        except InvalidCode as refusal:
            if refusal.waits:
                request.about |= services.notices.tell_user(
                    Notice.CODES_GUESSED, refusal.about["user_id"], caller)
            raise
    else:
        signed_in = services.password_sign_in.open(body.email, body.password, body.device_token,
                                                   caller)
    request.record("authn_login_success", user_id=signed_in.session.user_id,
                   session_id=signed_in.session.session_id)
    return Reply(201, signed_in.as_response())


handler = api_gateway.endpoint(create_session, "access_tokens", "password_sign_in", "second_step",
                               "notices")
