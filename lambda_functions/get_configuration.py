"""GET or HEAD /.well-known/openid-configuration: who issues access tokens, and where its keys are,
as verifiers look for it (OpenID Connect Discovery 1.0); answers 200.

Nobody signs in here by redirects, so there are no endpoints of OAuth 2.0 to be named. The answer
may be cached for five minutes. It needs nothing.
"""

from shared.gateway import api_gateway
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services

CLAIMS = ["iss", "aud", "client_id", "sub", "sid", "gen", "iat", "exp", "jti", "auth_time", "amr",
          "acr", "roles", "cnf"]


def get_configuration(_request: Request, services: Services) -> Reply:
    issuer = services.settings.token_issuer
    return Reply(200, {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        # It must be there, and not empty (RFC 8414 sections 2 and 3.2): nothing is returned by a
        # redirect (OAuth 2.0 Multiple Response Type Encoding Practices, section 4).
        "response_types_supported": ["none"],
        "subject_types_supported": ["public"],
        # Of the access tokens, since there are no others. This is the member that verifiers read.
        "id_token_signing_alg_values_supported": ["ES256"],
        "claims_supported": CLAIMS,
        # RFC 9449 section 5.1, of proofs of possession.
        "dpop_signing_alg_values_supported": ["ES256"],
    }, {"Cache-Control": "public, max-age=300"})


handler = api_gateway.endpoint(get_configuration)
