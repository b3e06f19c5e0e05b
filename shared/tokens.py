"""Mint and verify JSON Web Tokens; knows nothing of HTTP or storage.

JWS compact serialisation (RFC 7515), ES256, typed by their header (RFC 8725
section 3.11): `at+jwt` for access, `rt+jwt` for refresh, one never passes for the
other. PyJWT checks the signature; everything around it is checked here, because
PyJWT takes more than we mint: any `typ`, duplicate keys, numbers as strings.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import jwt

from shared.errors import ExpiredToken, ForgedToken, MalformedToken, MisusedToken
from shared.key_ring import KeyRing
from shared.signing_keys import SigningKey
from shared.strict_json import NotStrictJson, parse_object

ALGORITHM = "ES256"
MAX_TOKEN_CHARACTERS = 2048
# Functions run on many machines; one whose clock is ahead must not mint unusable tokens.
CLOCK_SKEW_SECONDS = 60

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})", re.ASCII)
_CLAIM_TYPES = {"iss": str, "aud": str, "sub": str, "sid": str, "gen": int,
                "iat": int, "exp": int, "jti": str}


class TokenType(Enum):
    ACCESS = "at+jwt"
    REFRESH = "rt+jwt"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says; instants are epoch seconds. `expires_at` itself is already too late."""

    user_id: str
    client_id: str
    session_id: str
    generation: int
    issued_at: int
    expires_at: int


class Tokens:
    """Mints with the newest key of `keys`, verifies with all; `issuer` is the `iss` claim."""

    def __init__(self, issuer: str, keys: KeyRing[SigningKey], now: Callable[[], int]) -> None:
        self._issuer, self._keys, self._now = issuer, keys, now

    def mint(self, claims: Claims, token_type: TokenType) -> str:
        """Return the token that says `claims`."""
        key = self._keys.newest()
        payload = {
            "iss": self._issuer, "aud": claims.client_id, "sub": claims.user_id,
            "sid": claims.session_id, "gen": claims.generation, "iat": claims.issued_at,
            "exp": claims.expires_at, "jti": _token_id(claims.session_id, claims.generation),
        }
        return jwt.encode(payload, key.private, algorithm=ALGORITHM,
                          headers={"typ": token_type.value, "kid": key.key_id})

    def verify(self, text: str, token_type: TokenType, client_id: str,
               *, even_if_expired: bool = False) -> Claims:
        """Return the claims of a token that we minted, of this type, for this client.

        Raises MalformedToken, ForgedToken, MisusedToken or ExpiredToken, all of
        them InvalidToken.
        """
        header, payload = _split(text)
        self._check_header(text, header, token_type)
        claims = _claims(payload)
        if payload["iss"] != self._issuer:
            raise MisusedToken("the token is of another issuer")
        if claims.client_id != client_id:
            raise MisusedToken("the token is of another client")
        now = self._now()
        if claims.issued_at > now + CLOCK_SKEW_SECONDS:
            raise ExpiredToken(f"issued in the future: {claims.issued_at} > {now}")
        if not even_if_expired and now >= claims.expires_at:
            raise ExpiredToken(f"expired: {now} >= {claims.expires_at}")
        return claims

    def _check_header(self, text: str, header: dict[str, object], token_type: TokenType) -> None:
        key_id = header.get("kid")
        if header.keys() != {"alg", "kid", "typ"} or header["alg"] != ALGORITHM:
            raise MalformedToken("the header is not one that we write")
        if header["typ"] != token_type.value:
            raise MisusedToken("the token is of another type")
        key = self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise ForgedToken("no key of ours has this id")
        try:
            jwt.PyJWS().decode(text, key.public, algorithms=[ALGORITHM])
        except jwt.PyJWTError as error:
            raise ForgedToken("the signature does not verify") from error


def _token_id(session_id: str, generation: int) -> str:
    return f"{session_id}.{generation}"


def _split(text: str) -> tuple[dict[str, object], dict[str, object]]:
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise MalformedToken(f"{len(text)} > {MAX_TOKEN_CHARACTERS} characters")
    match = _COMPACT.fullmatch(text)
    if match is None:
        raise MalformedToken("not three parts in base64url")
    try:
        header, payload, _signature = (_decode(part) for part in match.groups())
        return parse_object(header), parse_object(payload)
    except (NotStrictJson, ValueError) as error:
        raise MalformedToken("header or payload does not decode") from error


def _decode(part: str) -> bytes:
    octets = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if urlsafe_b64encode(octets).rstrip(b"=").decode("ascii") != part:
        raise MalformedToken("base64url with stray bits")
    return octets


def _claims(payload: dict[str, object]) -> Claims:
    if payload.keys() != _CLAIM_TYPES.keys():
        raise MalformedToken("the claims are not those that we write")
    for name, claim_type in _CLAIM_TYPES.items():
        # type() and not isinstance(): a JSON true is an int to Python.
        if type(payload[name]) is not claim_type or payload[name] == "":
            raise MalformedToken(f"the claim {name} is not of its type")
    claims = Claims(user_id=payload["sub"], client_id=payload["aud"],  # type: ignore[arg-type]
                    session_id=payload["sid"], generation=payload["gen"],  # type: ignore[arg-type]
                    issued_at=payload["iat"], expires_at=payload["exp"])  # type: ignore[arg-type]
    if payload["jti"] != _token_id(claims.session_id, claims.generation) or claims.generation < 0:
        raise MalformedToken("the token id is not of this session and generation")
    return claims
