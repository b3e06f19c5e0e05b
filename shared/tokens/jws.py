"""Sign and verify compact JWS of the one shape that we write; knows no claims.

RFC 7515 compact serialisation, a header of exactly `alg`, `kid` and `typ`, one `typ` a purpose
(RFC 8725 section 3.11). The type that the caller asks for decides algorithm and key, whatever a
header says: access tokens, which others verify, are ES256, all others are HS256. PyJWT makes and
checks the signature; everything around it is checked here, because PyJWT takes more than we write:
stray bits in base64url, duplicate keys, any header.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import jwt
from jwt.algorithms import ECAlgorithm, HMACAlgorithm

from shared.errors import ForgedToken, MalformedToken, MisusedToken
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import HMAC_PREFIX, P256_ORDER, SigningKey
from shared.strict_json import NotStrictJson, parse_object

# The type of access tokens (RFC 9068), the only ones that others verify.
ACCESS = "at+jwt"
MAX_TOKEN_CHARACTERS = 2048
# The largest integer that every reader of JSON understands (RFC 8259 section 6).
MAX_NUMBER = (1 << 53) - 1

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{86})",
                      re.ASCII)


class LowS(ECAlgorithm):
    """ES256 with one signature for each message and nonce, not two: of s and its negative, only
    the lower is written and taken."""

    def __init__(self) -> None:
        super().__init__(ECAlgorithm.SHA256)

    def sign(self, msg: bytes, key: Any) -> bytes:
        signature = super().sign(msg, key)
        s = int.from_bytes(signature[32:])
        return signature[:32] + min(s, P256_ORDER - s).to_bytes(32)

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        return int.from_bytes(sig[32:]) <= P256_ORDER // 2 and super().verify(msg, key, sig)


_ES256, _HS256 = LowS(), HMACAlgorithm(HMACAlgorithm.SHA256)
_PYJWT = jwt.PyJWS(algorithms=[])
_PYJWT.register_algorithm("ES256", _ES256)
_PYJWT.register_algorithm("HS256", _HS256)


class Jws:
    """Signs with the newest key of `keys`, verifies with all."""

    def __init__(self, keys: KeyRing[SigningKey]) -> None:
        self._keys = keys

    def sign(self, payload: Mapping[str, object], token_type: str) -> str:
        """Return the token whose payload is `payload` and whose `typ` is `token_type`."""
        key = self._keys.newest()
        signing_key, key_id = ((key.private, key.key_id) if token_type == ACCESS else
                               (key.hmac_key(token_type), key.hmac_key_id))
        return _PYJWT.encode(json.dumps(payload, separators=(",", ":")).encode("ascii"),
                             signing_key, _algorithm(token_type),
                             {"typ": token_type, "kid": key_id})

    def verify(self, text: str, token_type: str, claim_types: Mapping[str, type],
               optional_types: Mapping[str, type] = MappingProxyType({})) -> dict[str, object]:
        """Return the payload of a token that we signed as `token_type`.

        It has all claims of `claim_types`, any of `optional_types` and no others, each of its type;
        no string, list or object is empty, and lists and objects hold strings only. Raises
        MalformedToken, MisusedToken (of another type) or ForgedToken.
        """
        header, payload, signature = split(text)
        if header.keys() != {"alg", "kid", "typ"}:
            raise MalformedToken("the header is not one that we write")
        if header["typ"] != token_type:
            raise MisusedToken("the token is of another type")
        if header["alg"] != _algorithm(token_type):
            raise MalformedToken("the algorithm is not the one of this type")
        key = self._find(header["kid"], token_type)
        if key is None:
            raise ForgedToken("no key of ours has this id")
        signed = text.rpartition(".")[0].encode("ascii")
        if not (_ES256.verify(signed, key.public, signature) if token_type == ACCESS else
                _HS256.verify(signed, key.hmac_key(token_type), signature)):
            raise ForgedToken("the signature does not verify")
        _check_claims(payload, claim_types, optional_types)
        return payload

    def _find(self, key_id: object, token_type: str) -> SigningKey | None:
        prefix = "" if token_type == ACCESS else HMAC_PREFIX
        if not isinstance(key_id, str) or not key_id.startswith(prefix):
            return None
        return self._keys.find(key_id.removeprefix(prefix))


def _algorithm(token_type: str) -> str:
    return "ES256" if token_type == ACCESS else "HS256"


def _check_claims(payload: Mapping[str, object], claim_types: Mapping[str, type],
                  optional_types: Mapping[str, type]) -> None:
    if payload.keys() - optional_types.keys() != claim_types.keys():
        raise MalformedToken("the claims are not those that we write")
    known_types = {**optional_types, **claim_types}
    for name, value in payload.items():
        # type() and not isinstance(): a JSON true is an int to Python.
        if type(value) is not known_types[name] or value == "":
            raise MalformedToken(f"the claim {name} is not of its type")
        if isinstance(value, int) and not 0 <= value <= MAX_NUMBER:
            raise MalformedToken(f"the claim {name} is out of range")
        if isinstance(value, list | dict):
            texts = value.values() if isinstance(value, dict) else value
            if not (texts and all(map(_is_text, texts))):
                raise MalformedToken(f"the claim {name} does not hold texts alone")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def split(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header, payload and signature of a compact JWS, or raise MalformedToken."""
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise MalformedToken(f"{len(text)} > {MAX_TOKEN_CHARACTERS} characters")
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise MalformedToken("not three parts in base64url")
    try:
        header, payload, signature = (decode(part) for part in match.groups())
        return parse_object(header), parse_object(payload), signature
    except (NotStrictJson, ValueError) as error:
        raise MalformedToken("header or payload does not decode") from error


def decode(part: str) -> bytes:
    """Return the octets of base64url without padding, or raise MalformedToken or ValueError."""
    octets = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if urlsafe_b64encode(octets).rstrip(b"=").decode("ascii") != part:
        raise MalformedToken("base64url with stray bits")
    return octets
