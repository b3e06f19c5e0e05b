"""Check who calls a service of yours with a token of the Session API. Copy this file."""

import json
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import sha256
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import jwt

PROOF_SECONDS = 60  # how far the `iat` of a proof may be from our clock, either way


class Refused(Exception):
    """The caller is not to be trusted: answer 401. Any other error is an outage: answer 503.

    `challenge` is for the header `WWW-Authenticate`; its error is one of RFC 9449 section 7.1.
    """

    def __init__(self, message: str, error: str = "invalid_token") -> None:
        super().__init__(message)
        schemes = "Bearer, DPoP" if error == "invalid_token" else "DPoP"
        self.challenge = f'{schemes} error="{error}", algs="ES256"'


class InvalidProof(Refused):
    """The proof is missing, is not good for this request (RFC 9449 section 4.3), or was used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "invalid_dpop_proof")


class AccessTokens(jwt.PyJWKClient):
    """Of the stage at `issuer`, issued to one of `client_ids`, for a service at `address`.

    `address` is that of your service as clients know it, without a slash at the end. Never take it
    from the request: its sender chooses the header `Host`.
    """

    def __init__(self, issuer: str, client_ids: list[str], address: str) -> None:
        self._address, self._used = address, _UsedIds()
        required = "iss aud client_id sub sid gen iat exp jti auth_time amr acr".split()
        self._rules: Any = {"algorithms": ["ES256"], "issuer": issuer, "audience": client_ids,
                            "options": {"require": required, "verify_iat": False}}
        with urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5) as found:
            super().__init__(json.load(found)["jwks_uri"], lifespan=300, cooldown_duration=10,
                             timeout=5)

    def fetch_data(self) -> Any:
        try:
            return super().fetch_data()
        except Exception as error:  # Whatever it is, it says nothing about a token.
            raise ConnectionError(str(error)) from error

    def verify(self, method: str, path: str, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Return the claims of the access token in `headers`, which must be all of the request's.

        `path` is as it was sent, percent-encoded; a query after it is ignored. Raise Refused, or
        any other error when the keys cannot be fetched.
        """
        sent = [(name.lower(), value) for name, value in headers]
        credentials = [value.split(" ") for name, value in sent if name == "authorization"]
        if [len(parts) for parts in credentials] != [2]:
            raise Refused("one access token must be sent, in one header Authorization")
        [[scheme, token]] = credentials
        claims = self._claims(token)
        if scheme.lower() != ("dpop" if "cnf" in claims else "bearer"):
            raise Refused("a token that is bound to a key is sent as DPoP, and others as Bearer")
        if "cnf" in claims:
            proofs = [value for name, value in sent if name == "dpop"]
            self._check_proof(proofs, method, path.partition("?")[0], token, claims["cnf"])
        return claims

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, self.get_signing_key(header["kid"]), **self._rules)
            if (header["typ"] == "at+jwt" and claims["client_id"] == claims["aud"]
                    and claims["iat"] <= time.time() + 60):
                return claims
        except (jwt.PyJWTError, LookupError, TypeError, ValueError) as error:
            raise Refused(str(error)) from error
        raise Refused("the token is of another type, for another client, or from the future")

    def _check_proof(self, proofs: list[str], method: str, path: str, token: str, cnf: Any
                     ) -> None:
        try:
            [proof] = proofs
            header = jwt.get_unverified_header(proof)
            jwk = header["jwk"]
            claims = jwt.decode(proof, jwt.PyJWK(jwk, "ES256"), algorithms=["ES256"],
                                options={"verify_aud": False, "verify_iat": False})
            jti, iat = claims["jti"], claims["iat"]
            checks = {
                "typ": header["typ"] == "dpop+jwt",
                "jwk": "d" not in jwk,
                "jti": 0 < len(jti) <= 128,
                "htm": claims["htm"] == method,
                "htu": path.startswith("/") and _spelt(claims["htu"]) == self._address + path,
                "iat": type(iat) is int and abs(time.time() - iat) <= PROOF_SECONDS,
                "ath": claims["ath"] == _digest(token)}
            key_id = _thumbprint(jwk)
        except Exception as error:  # Nothing is fetched for a proof: whatever it is, it is wrong.
            raise InvalidProof(f"the request has not one proof that can be read: {error}"
                               ) from error
        if wrong := [name for name, is_right in checks.items() if not is_right]:
            raise InvalidProof(f"the proof is not for this request at this time: {wrong}")
        if cnf != {"jkt": key_id}:
            raise Refused("the proof is by another key than the one that the token is bound to")
        if not self._used.add(f"{key_id} {jti}"):
            raise InvalidProof("a proof with this jti was used before")


class _UsedIds:
    """The ids of proofs, each for as long as a proof that has it could be accepted again."""

    def __init__(self) -> None:
        self._used_at: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def add(self, proof_id: str) -> bool:
        """Return whether the id is new."""
        with self._lock:
            now = time.time()
            while self._used_at and now - next(iter(self._used_at.values())) > 2 * PROOF_SECONDS:
                self._used_at.popitem(last=False)
            is_new = proof_id not in self._used_at
            if is_new:
                self._used_at[proof_id] = now
            return is_new


def _spelt(address: str) -> str:
    """Return the address without query and fragment, spelt as RFC 3986 section 6.2 normalises it,
    except for percent-encodings."""
    parts = urlsplit(address)
    default_port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    host = parts.netloc.lower().removesuffix(default_port)
    return f"{parts.scheme}://{host}{parts.path or '/'}"


def _thumbprint(jwk: dict[str, Any]) -> str:
    """Return the thumbprint of a key on P-256 (RFC 7638)."""
    return _digest(json.dumps({"crv": "P-256", "kty": "EC", "x": jwk["x"], "y": jwk["y"]},
                              separators=(",", ":")))


def _digest(text: str) -> str:
    return urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
