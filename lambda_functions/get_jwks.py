"""GET or HEAD /.well-known/jwks.json: the public keys, as a JWK set (RFC 7517); answers 200.

Other services verify access tokens with them. The answer may be cached for five minutes; a key
is published before it signs, unless it replaces one that leaked. Errors: 503 unavailable.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.keys.signing_keys import jwk_set
from shared.wiring.services import Services


def get_jwks(_request: Request, services: Services) -> Reply:
    return Reply(200, jwk_set(services.signing_keys.every()),
                 {"Cache-Control": "public, max-age=300"})


handler = api_gateway.endpoint(get_jwks, "signing_keys")
