"""The forger's bench: tokens put together by hand, of any header, payload and signature."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import \
    decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.keys.signing_keys import P256_ORDER, SigningKey, derive, jwk_set
from shared.tokens.jws import ACCESS

FOREIGN_KEY = derive("a secret of somebody else, who would like to sign as we do")


@dataclass(frozen=True)
class Genuine:
    """A token that we minted, taken apart, and all that the forger may know or guess.

    `key` is our own: with it the forger signs what we never would, which must be refused
    for what it says.
    """

    text: str
    other: str
    key: SigningKey

    @property
    def parts(self) -> tuple[str, str, str]:
        header, payload, signature = self.text.split(".")
        return header, payload, signature

    @property
    def header(self) -> dict[str, Any]:
        return _object(self.parts[0])

    @property
    def payload(self) -> dict[str, Any]:
        return _object(self.parts[1])

    @property
    def token_type(self) -> str:
        return str(self.header["typ"])

    def signed(self, header: object, payload: object, key: SigningKey | None = None) -> str:
        """Return a token signed as this one is, by `key` or by ours."""
        key = key or self.key
        if self.token_type == ACCESS:
            return signed(header, payload, key)
        return keyed(header, payload, key.hmac_key(self.token_type))

    def with_header(self, changes: Mapping[str, object], key: SigningKey | None = None) -> str:
        """Return the token with these changes to its header, signed by `key` or by ours."""
        return self.signed(changed(self.header, changes), self.payload, key)

    def with_claims(self, **changes: object) -> str:
        """Return the token with these changes to its claims, signed by our key."""
        return self.signed(self.header, changed(self.payload, changes))

    def with_payload(self, text: str | bytes) -> str:
        """Return a token over this very payload, signed by our key."""
        return self.signed(self.header, text)

    def with_signature(self, signature: bytes) -> str:
        return ".".join([*self.parts[:2], encoded(signature)])

    def numbers(self) -> tuple[int, int]:
        """Return r and s of the signature."""
        octets = _octets(self.parts[2])
        return int.from_bytes(octets[:32]), int.from_bytes(octets[32:])


ABSENT = object()
Forgery = Callable[[Genuine], str]


def changed(original: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Return `original` with `changes`; ABSENT removes a key."""
    return {name: value for name, value in {**original, **changes}.items()
            if value is not ABSENT}


def signed(header: object, payload: object, key: SigningKey) -> str:
    """Return a token with a valid ES256 signature, whatever header and payload are."""
    text = f"{encoded(_text(header))}.{encoded(_text(payload))}"
    r, s = decode_dss_signature(key.private.sign(text.encode("ascii"), ec.ECDSA(SHA256())))
    return f"{text}.{encoded(p1363(r, min(s, P256_ORDER - s)))}"


def keyed(header: object, payload: object, secret: bytes, digest: str = "sha256") -> str:
    """Return a token with an HMAC for a signature."""
    text = f"{encoded(_text(header))}.{encoded(_text(payload))}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode('ascii'), digest))}"


def unsigned(header: object, payload: object, signature: bytes = b"") -> str:
    return f"{encoded(_text(header))}.{encoded(_text(payload))}.{encoded(signature)}"


def p1363(r: int, s: int) -> bytes:
    """Return a signature as RFC 7518 section 3.4 has it."""
    return r.to_bytes(32) + s.to_bytes(32)


def encoded(octets: str | bytes) -> str:
    octets = octets.encode("utf-8") if isinstance(octets, str) else octets
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def public_spellings(key: SigningKey) -> dict[str, bytes]:
    """Return the public key as a forger may feed it to an HMAC."""
    [jwk] = jwk_set([key])["keys"]
    return {
        "PEM": key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "PEM without newline": key.public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).strip(),
        "DER": key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "point": key.public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "JWK": json.dumps(jwk).encode(),
        "x of the JWK": _octets(jwk["x"]),
        "thumbprint": key.key_id.encode(),
        "nothing": b"",
        "digest of the PEM": hashlib.sha256(key.public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)).digest(),
    }


def order_plus(number: int) -> bytes:
    """Return a number modulo the order, by another name: it takes 33 bytes at times."""
    total = number + P256_ORDER
    return total.to_bytes(33 if total >> 256 else 32)


def integer(part: str) -> int:
    """Return the number that a member of a JWK encodes."""
    return int.from_bytes(_octets(part))


def _object(part: str) -> dict[str, Any]:
    value = json.loads(_octets(part))
    assert isinstance(value, dict)
    return value


def _octets(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _text(value: object) -> str | bytes:
    return value if isinstance(value, str | bytes) else json.dumps(value)
