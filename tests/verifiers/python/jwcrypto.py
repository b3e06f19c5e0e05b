"""jwcrypto with the claims that it is to check; a claim of None only has to be there."""

import json
from collections.abc import Callable
from typing import Any

from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT

from tests.verifiers.python.discovery import configuration, kept_keys
from tests.verifiers.sent import Sent


def verifier(issuer: str, audience: str) -> Callable[[str, Sent], dict[str, Any]]:
    keys = kept_keys(configuration(issuer)["jwks_uri"])

    def verify(token: str, _: Sent) -> dict[str, Any]:
        found = JWT(jwt=token, key=JWKSet.from_json(json.dumps(keys())), algs=["ES256"],
                    expected_type="JWS",
                    check_claims={"iss": issuer, "aud": audience, "exp": None, "sub": None})
        claims: dict[str, Any] = json.loads(found.claims)
        return claims

    return verify
