"""PyJWT with its PyJWKClient, as its documentation shows them for keys at an address."""

from collections.abc import Callable
from typing import Any

import jwt

from tests.verifiers.python.discovery import configuration
from tests.verifiers.sent import Sent


def verifier(issuer: str, audience: str) -> Callable[[str, Sent], dict[str, Any]]:
    keys = jwt.PyJWKClient(configuration(issuer)["jwks_uri"])

    def verify(token: str, _: Sent) -> dict[str, Any]:
        key = keys.get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=["ES256"], issuer=issuer, audience=audience,
            options={"require": ["exp", "iss", "aud", "sub"]})
        return claims

    return verify
