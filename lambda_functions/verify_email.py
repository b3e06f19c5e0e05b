"""PUT /user/email-verification: verifies an address by a mailed link and the account's password or
access token; answers 201 as a sign-in does, or 200 `{message}` with an access token.

Errors: 400 invalid_request, invalid_link; 401 unauthorized (client id, or neither a password nor a
valid access token), invalid_dpop_proof, bad_credentials, second_factor_required (the address is
verified then), account_blocked; 413 body_too_large; 415 unsupported_media_type; 429
too_many_attempts; 503 mail_not_configured, unavailable.
"""

from shared.gateway import api_gateway, credentials
from shared.gateway.api_gateway import Reply
from shared.gateway.bodies import EmailVerification
from shared.gateway.requests import Request
from shared.wiring.services import Services


def verify_email(request: Request, services: Services) -> Reply:
    body = request.body(EmailVerification)
    if body.password:
        jkt = services.access_tokens.bind(credentials.sent_proof(request, services.settings),
                                          request.client_must_prove)
        seen = services.verification.by_password(body.token, body.password)
        # Also if the password alone does not sign in.
        request.about |= services.notices.tell_verified(seen, request.caller)
        signed_in = services.password_sign_in.open_for(seen, request.caller_with(jkt))
        request.record("authn_login_success", user_id=signed_in.session.user_id,
                       session_id=signed_in.session.session_id)
        return Reply(201, signed_in.as_response())
    access = services.access_tokens.verify(credentials.presented(request, services.settings),
                                           request.client_id)
    if request.client_must_prove:
        access.require_proof()
    claims = access.claims
    services.sessions.authorize(claims)
    seen = services.verification.by_session(body.token, claims.user_id)
    request.record("user_updated", user_id=claims.user_id, session_id=claims.session_id,
                   **services.notices.tell_verified(seen, request.caller))
    return Reply(200, {"message": "address verified"})


handler = api_gateway.endpoint(verify_email, "access_tokens", "sessions", "verification",
                               "password_sign_in", "notices")
