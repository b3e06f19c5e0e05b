"""A key of a client, and the proofs that it makes (RFC 9449), put together by hand."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_NUMBERS = count()


def encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


class Prover:
    """One key pair of P-256; every proof has an id of its own."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.jwk = {"crv": "P-256", "kty": "EC", "x": encoded(numbers.x.to_bytes(32)),
                    "y": encoded(numbers.y.to_bytes(32))}
        # The members are in the order of the alphabet, as RFC 7638 wants them.
        canonical = json.dumps(self.jwk, separators=(",", ":")).encode("ascii")
        self.thumbprint = encoded(hashlib.sha256(canonical).digest())

    def header(self) -> dict[str, Any]:
        return {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}

    def claims(self, method: str, address: str, now: int, access_token: str = ""
               ) -> dict[str, Any]:
        """Return what a proof for this request says; `now` is epoch seconds."""
        claims = {"jti": f"proof-{next(_NUMBERS)}", "htm": method, "htu": address, "iat": now}
        if access_token:
            digest = hashlib.sha256(access_token.encode("ascii")).digest()
            claims["ath"] = encoded(digest)
        return claims

    def proof(self, method: str, address: str, now: int, access_token: str = "") -> str:
        return self.signed(self.header(), self.claims(method, address, now, access_token))

    def signed(self, header: Mapping[str, object], claims: Mapping[str, object]) -> str:
        """Return a proof of any header and claims, with a valid signature by this key."""
        text = ".".join(encoded(json.dumps(part).encode("utf-8")) for part in (header, claims))
        r, s = decode_dss_signature(self.private.sign(text.encode("ascii"), ec.ECDSA(SHA256())))
        return f"{text}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"
