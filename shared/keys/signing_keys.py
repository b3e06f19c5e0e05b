"""From a random secret to the keys of our tokens, and from the ring to the public JWK set.

No key is stored anywhere: HKDF (RFC 5869) stretches the secret. For ES256 it gives 48 bytes, which
are reduced to a scalar of P-256 (FIPS 186-5, A.2.1: 16 bytes more than the order, so that the bias
is negligible). The key id is the JWK thumbprint of RFC 7638, so it changes exactly when the key
does. Tokens that only this service accepts are signed by HMAC instead, each type under a key of its
own that is in no JWK set, so that nobody who verifies access tokens can take one of them for one.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# What the ids of HMAC keys begin with; no thumbprint does.
HMAC_PREFIX = "hmac."


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An ES256 key pair with its RFC 7638 thumbprint, and the root of the HMAC keys beside it."""

    key_id: str
    private: ec.EllipticCurvePrivateKey
    public: ec.EllipticCurvePublicKey
    hmac_root: bytes

    @property
    def hmac_key_id(self) -> str:
        """The id of all HMAC keys; their type of token tells them apart."""
        return f"{HMAC_PREFIX}{self.key_id}"

    def hmac_key(self, token_type: str) -> bytes:
        """Return the 32 bytes that sign tokens of this type."""
        label = f"session-api token HMAC {token_type}".encode("ascii")
        return HKDFExpand(SHA256(), length=32, info=label).derive(self.hmac_root)


def derive(secret: str) -> SigningKey:
    """Return the keys of `secret`; the same secret always gives the same keys."""
    scalar = int.from_bytes(_stretch(secret, 48, "ES256")) % (P256_ORDER - 1) + 1
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    public = private.public_key()
    return SigningKey(thumbprint(public), private, public, _stretch(secret, 32, "HMAC"))


def _stretch(secret: str, length: int, purpose: str) -> bytes:
    label = f"session-api token signing {purpose}".encode("ascii")
    return HKDF(SHA256(), length=length, salt=None, info=label).derive(secret.encode("utf-8"))


def jwk_set(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str]]]:
    """Return the public halves of `keys` as a JWK set (RFC 7517, RFC 7518 section 6.2)."""
    return {"keys": [_jwk(key.public) | {"use": "sig", "alg": "ES256", "kid": key.key_id}
                     for key in keys]}


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}


def thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    """Return the thumbprint of a P-256 key (RFC 7638, 43 characters)."""
    canonical = json.dumps(_jwk(public), sort_keys=True, separators=(",", ":"))
    return _unpadded(hashlib.sha256(canonical.encode("ascii")).digest())


def _base64url(coordinate: int) -> str:
    return _unpadded(coordinate.to_bytes(32))


def _unpadded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
