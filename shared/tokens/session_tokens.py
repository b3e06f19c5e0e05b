"""Mint and verify the JSON Web Tokens of sessions; knows nothing of HTTP or storage.

Their header says their type: `at+jwt` for access (RFC 9068), `rt+jwt` for refresh. Neither is
accepted in place of the other. The library's own checks of time and claims are not used: it reads
the wall clock, and takes numbers as strings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from shared.errors import ExpiredToken, MalformedToken, MisusedToken
from shared.tokens import jws
from shared.tokens.jws import Jws

# Functions run on many machines; one whose clock is ahead must not mint unusable tokens.
CLOCK_SKEW_SECONDS = 60


class TokenType(Enum):
    ACCESS = jws.ACCESS
    REFRESH = "rt+jwt"


_BOTH = {"iss": str, "aud": str, "sub": str, "sid": str, "gen": int,
         "iat": int, "exp": int, "jti": str}
CLAIM_TYPES = {
    # RFC 9068 section 2.2, and what OpenID Connect Core 1.0 says about a sign-in.
    TokenType.ACCESS: {**_BOTH, "client_id": str, "auth_time": int, "amr": list, "acr": str},
    TokenType.REFRESH: {**_BOTH, "end": int},
}
OPTIONAL_TYPES: dict[TokenType, dict[str, type]] = {
    TokenType.ACCESS: {"roles": list, "cnf": dict}, TokenType.REFRESH: {}}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says; instants are epoch seconds. `expires_at` itself is already too late.

    `auth_time`, when the user has last shown who they are, `amr`, how (RFC 8176), `acr`, the level
    that this reaches (NIST SP 800-63B), `roles`, and `jkt`, the thumbprint of the key to which the
    session is bound (RFC 9449 section 6.1), are in an access token only. `ends_at`, the session's
    absolute end, is in a refresh token only, for the rotation, which writes without reading first.
    """

    user_id: str
    client_id: str
    session_id: str
    generation: int
    issued_at: int
    expires_at: int
    auth_time: int = 0
    amr: tuple[str, ...] = ()
    acr: str = ""
    roles: tuple[str, ...] = ()
    jkt: str = ""
    ends_at: int = 0


class Tokens:
    """`issuers` are the values that the `iss` claim may have, and new tokens get the first of them;
    `now` returns epoch seconds."""

    def __init__(self, issuers: tuple[str, ...], jws: Jws, now: Callable[[], int]) -> None:
        self._issuers, self._jws, self._now = issuers, jws, now

    def mint(self, claims: Claims, token_type: TokenType) -> str:
        """Return the token that says `claims`."""
        return self._jws.sign({
            "iss": self._issuers[0], "aud": claims.client_id, "sub": claims.user_id,
            "sid": claims.session_id, "gen": claims.generation, "iat": claims.issued_at,
            "exp": claims.expires_at, "jti": _token_id(claims.session_id, claims.generation),
            **_OF_ONE_TYPE[token_type](claims)}, token_type.value)

    def verify(self, text: str, token_type: TokenType, client_id: str,
               *, even_if_expired: bool = False) -> Claims:
        """Return the claims of a token that we minted, of this type, for this client.

        Raises MalformedToken, ForgedToken, MisusedToken or ExpiredToken, all of
        them InvalidToken.
        """
        payload = self._jws.verify(text, token_type.value, CLAIM_TYPES[token_type],
                                   OPTIONAL_TYPES[token_type])
        claims = _claims(payload)
        if payload["iss"] not in self._issuers:
            raise MisusedToken("the token is of another issuer")
        if claims.client_id != client_id:
            raise MisusedToken("the token is of another client")
        check_time(claims.issued_at, claims.expires_at, self._now(), even_if_expired)
        return claims


def check_time(issued_at: int, expires_at: int, now: int, even_if_expired: bool = False) -> None:
    """Raise ExpiredToken for a token that is not valid now; instants are epoch seconds."""
    if issued_at > now + CLOCK_SKEW_SECONDS:
        raise ExpiredToken(f"issued in the future: {issued_at} > {now}")
    if not even_if_expired and now >= expires_at:
        raise ExpiredToken(f"expired: {now} >= {expires_at}")


def _of_access_token(claims: Claims) -> dict[str, object]:
    roles = {"roles": list(claims.roles)} if claims.roles else {}
    return {"client_id": claims.client_id, "auth_time": claims.auth_time,
            "amr": list(claims.amr), "acr": claims.acr, **roles,
            **({"cnf": {"jkt": claims.jkt}} if claims.jkt else {})}


def _of_refresh_token(claims: Claims) -> dict[str, object]:
    return {"end": claims.ends_at}


_OF_ONE_TYPE = {TokenType.ACCESS: _of_access_token, TokenType.REFRESH: _of_refresh_token}


def _token_id(session_id: str, generation: int) -> str:
    return f"{session_id}.{generation}"


def _claims(payload: dict[str, Any]) -> Claims:
    claims = Claims(
        user_id=payload["sub"], client_id=payload["aud"], session_id=payload["sid"],
        generation=payload["gen"], issued_at=payload["iat"], expires_at=payload["exp"],
        auth_time=payload.get("auth_time", 0), amr=tuple(payload.get("amr", ())),
        acr=payload.get("acr", ""), roles=tuple(payload.get("roles", ())),
        jkt=payload.get("cnf", {}).get("jkt", ""), ends_at=payload.get("end", 0))
    if "cnf" in payload and payload["cnf"] != {"jkt": claims.jkt}:
        raise MalformedToken("the token is confirmed by something other than a thumbprint")
    if payload["jti"] != _token_id(claims.session_id, claims.generation):
        raise MalformedToken("the token id is not of this session and generation")
    if payload.get("client_id", claims.client_id) != claims.client_id:
        raise MalformedToken("client_id is not the audience")
    return claims
