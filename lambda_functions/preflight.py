"""ANY method that a path does not have: OPTIONS answers the CORS preflight with 204 (WHATWG
Fetch, section 3.3), everything else is 405 method_not_allowed with an Allow header. A path that
is not there is 404 not_found, whatever the method and the headers.
"""

from shared.errors import MethodNotAllowed, NoSuchRoute
from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services

# As routed in serverless.yml.
METHODS = {
    "/ping": ("GET", "HEAD"),
    "/.well-known/openid-configuration": ("GET", "HEAD"),
    "/.well-known/jwks.json": ("GET", "HEAD"),
    "/account": ("GET", "HEAD"),
    "/account/{file}": ("GET", "HEAD"),
    "/user": ("DELETE", "GET", "POST"),
    "/user/email": ("PUT",),
    "/user/email/confirmation": ("PUT",),
    "/user/email-verification": ("POST", "PUT"),
    "/user/export": ("GET",),
    "/user/passkey": ("POST",),
    "/user/passkey/options": ("POST",),
    "/user/password": ("PUT",),
    "/user/password-reset": ("POST", "PUT"),
    "/factors": ("GET",),
    "/factors/totp": ("DELETE", "POST", "PUT"),
    "/factors/recovery-codes": ("POST",),
    "/factors/passkey": ("POST",),
    "/factors/passkey/options": ("POST",),
    "/factors/passkey/{id}": ("DELETE", "PUT"),
    "/authorization-codes": ("POST",),
    "/session/authentication": ("PUT",),
    "/session/authorization-code": ("POST",),
    "/session/passkey": ("POST", "PUT"),
    "/session/passkey/options": ("POST",),
    "/session": ("DELETE", "GET", "POST", "PUT"),
    "/sessions": ("DELETE", "GET"),
    "/sessions/{id}": ("DELETE",),
}


def preflight(request: Request, _services: Services) -> Reply:
    methods = METHODS.get(request.resource)
    if methods is None:
        raise NoSuchRoute
    if request.method != "OPTIONS":
        raise MethodNotAllowed(methods)
    # Browsers cap how long they keep the answer; two hours is Chromium's cap.
    return Reply(204, None, {
        "Allow": ", ".join(methods),
        "Access-Control-Allow-Methods": ",".join(methods),
        "Access-Control-Allow-Headers": api_gateway.ALLOWED_REQUEST_HEADERS,
        "Access-Control-Max-Age": "7200"})


handler = api_gateway.endpoint(preflight)
