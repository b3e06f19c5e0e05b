"""From a random secret to an ES256 key, and from the ring to its public JWK set.

The private key is not stored anywhere: HKDF (RFC 5869) stretches the secret to
48 bytes, which are reduced to a scalar of P-256 (FIPS 186-5, A.2.1: 16 bytes more
than the order, so that the bias is negligible). The key id is the JWK thumbprint
of RFC 7638, so it changes exactly when the key does.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An ES256 key pair and its RFC 7638 thumbprint."""

    key_id: str
    private: ec.EllipticCurvePrivateKey
    public: ec.EllipticCurvePublicKey


def derive(secret: str) -> SigningKey:
    """Return the key pair of `secret`; the same secret always gives the same key."""
    stretch = HKDF(SHA256(), length=48, salt=None, info=b"session-api token signing ES256")
    scalar = int.from_bytes(stretch.derive(secret.encode("utf-8"))) % (P256_ORDER - 1) + 1
    private = ec.derive_private_key(scalar, ec.SECP256R1())
    public = private.public_key()
    return SigningKey(_thumbprint(public), private, public)


def jwk_set(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str]]]:
    """Return the public halves of `keys` as a JWK set (RFC 7517, RFC 7518 section 6.2)."""
    return {"keys": [_jwk(key.public) | {"use": "sig", "alg": "ES256", "kid": key.key_id}
                     for key in keys]}


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}


def _thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    canonical = json.dumps(_jwk(public), sort_keys=True, separators=(",", ":"))
    return _unpadded(hashlib.sha256(canonical.encode("ascii")).digest())


def _base64url(coordinate: int) -> str:
    return _unpadded(coordinate.to_bytes(32))


def _unpadded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
