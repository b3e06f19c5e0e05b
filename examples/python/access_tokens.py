"""Verify access tokens of the Session API in a service of yours. Copy this file."""

import time
from json import load
from typing import Any
from urllib.request import urlopen

import jwt


class Refused(Exception):
    """The token is not to be trusted: answer 401. Any other error is an outage: answer 503."""


class AccessTokens(jwt.PyJWKClient):
    """Of the stage at `issuer`, issued to one of `client_ids`. `verify` returns the claims."""

    def __init__(self, issuer: str, client_ids: list[str]) -> None:
        required = "iss aud client_id sub sid gen iat exp jti auth_time amr acr".split()
        self._rules: Any = {"algorithms": ["ES256"], "issuer": issuer, "audience": client_ids,
                            "options": {"require": required, "verify_iat": False}}
        with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as found:
            super().__init__(load(found)["jwks_uri"], lifespan=300, cooldown_duration=10, timeout=5)

    def fetch_data(self) -> Any:
        try:
            return super().fetch_data()
        except Exception as error:  # Whatever it is, it says nothing about a token.
            raise ConnectionError(str(error)) from error

    def verify(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, self.get_signing_key(header["kid"]), **self._rules)
            if (header["typ"] == "at+jwt" and claims["client_id"] == claims["aud"]
                    and claims["iat"] <= time.time() + 60):
                return claims
        except (jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            raise Refused(str(error)) from error
        raise Refused("the token is of another type, for another client, or from the future")
