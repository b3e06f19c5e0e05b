"""POST /factors/totp: begins to add an app that makes codes (RFC 6238); answers 201
`{secret, otpauth_uri}`.

The client draws `otpauth_uri` as a code for the app, which counts once it is confirmed. Errors: 401
unauthorized (client id or access token, or the account is gone), invalid_dpop_proof,
reauthentication_required; 409 factor_exists; 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def create_totp(request: Request, services: Services) -> Reply:
    totp = services.app_enrolment.begin(request.user_id, request.session_id, request.assurance)
    request.record("authn_factor_enrolment")
    return Reply(201, {"secret": totp.secret, "otpauth_uri": totp.otpauth_uri})


handler = api_gateway.endpoint(create_totp, "app_enrolment")
