"""joserfc with a registry of the claims that must be there."""

from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.verifiers.python.discovery import configuration, kept_keys
from tests.verifiers.sent import Sent


def verifier(issuer: str, audience: str) -> Callable[[str, Sent], dict[str, Any]]:
    keys = kept_keys(configuration(issuer)["jwks_uri"])
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience},
        exp={"essential": True}, sub={"essential": True})

    def verify(token: str, _: Sent) -> dict[str, Any]:
        found = jwt.decode(token, KeySet.import_key_set(keys()), algorithms=["ES256"])
        rules.validate(found.claims)
        return dict(found.claims)

    return verify
