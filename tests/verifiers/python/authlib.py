"""Authlib's validator of RFC 9068, and the parts of its discovery that a service needs: it asks
a document for a token endpoint too, which a service that only verifies has no use for."""

from collections.abc import Callable
from typing import Any

from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.discovery import OpenIDProviderMetadata

from tests.verifiers.python.discovery import configuration, kept_keys
from tests.verifiers.sent import Sent


class Validator(JWTBearerTokenValidator):  # type: ignore[misc]  # Authlib has no types.
    def __init__(self, issuer: str, audience: str) -> None:
        super().__init__(issuer, audience)
        metadata = OpenIDProviderMetadata(configuration(issuer))
        metadata.validate_issuer()
        metadata.validate_jwks_uri()
        self.get_jwks = kept_keys(metadata["jwks_uri"])


def verifier(issuer: str, audience: str) -> Callable[[str, Sent], dict[str, Any]]:
    validator = Validator(issuer, audience)

    def verify(token: str, _: Sent) -> dict[str, Any]:
        found = validator.authenticate_token(token)
        validator.validate_token(found, None, None)
        return dict(found)

    return verify
