"""Verify access tokens of the Session API in a service of yours. Copy this file."""

import json
import time
from functools import partial
from typing import Any
from urllib.request import urlopen

import jwt

REQUIRED = "iss aud client_id sub sid gen iat exp jti auth_time amr acr".split()


class Refused(Exception):
    """The token is not to be trusted: answer 401. Any other error is an outage: answer 503."""


class AccessTokens:
    """Of the stage at `issuer`, issued to one of `client_ids`. `verify` returns the claims."""

    def __init__(self, issuer: str, client_ids: list[str]) -> None:
        with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as answer:
            uri = json.load(answer)["jwks_uri"]
        # Keys are kept for 5 minutes; unknown ones are looked for every 10 seconds at most.
        self._keys = jwt.PyJWKClient(uri, lifespan=300, cooldown_duration=10, timeout=5)
        self._decode = partial(jwt.decode, algorithms=["ES256"], issuer=issuer, audience=client_ids,
                               options={"require": REQUIRED, "verify_iat": False})

    def verify(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            claims = self._decode(token, self._keys.get_signing_key(header["kid"]))
            if (header["typ"] == "at+jwt" and claims["client_id"] == claims["aud"]
                    and claims["iat"] <= time.time() + 60):
                return claims
        except (jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            if isinstance(error, jwt.PyJWKClientConnectionError):
                raise
            raise Refused(str(error)) from error
        raise Refused("the token is of another type, for another client, or from the future")
