"""Tokens for links in mail: signed, not stored.

A token names the account and the version of its password, so it ends with either. A token that
changes the password or the address makes the version another one, so it works only once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from shared.errors import InvalidLink, InvalidToken
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import check_time

CLAIM_TYPES = {"iss": str, "sub": str, "ver": int, "iat": int, "exp": int}


class Purpose(Enum):
    """The header `typ` of each, and its lifetime in seconds."""

    RESET_PASSWORD = ("pr+jwt", 30 * 60)
    VERIFY_EMAIL = ("ev+jwt", 24 * 3600)
    CHANGE_EMAIL = ("ec+jwt", 24 * 3600)
    SIGN_UP = ("su+jwt", 30 * 60)

    @property
    def token_type(self) -> str:
        return self.value[0]

    @property
    def lifetime_seconds(self) -> int:
        return self.value[1]

    @property
    def claim_types(self) -> dict[str, type]:
        has_email = self in (Purpose.CHANGE_EMAIL, Purpose.SIGN_UP)
        return CLAIM_TYPES | ({"email": str} if has_email else {})


@dataclass(frozen=True, slots=True)
class MailClaims:
    """Whose account, the version of its password when the token was asked for, and in a token that
    changes the address the next one, normalised. A token that signs up has the id and the address
    of an account that is not there yet.

    The present address is not among them: the next one may be a stranger's, by a slip of the
    finger, who would learn it from the link.
    """

    user_id: str
    password_version: int
    email: str = ""


class MailTokens:
    """`issuers` are the values that the `iss` claim may have, and new tokens get the first of them;
    `now` returns epoch seconds."""

    def __init__(self, issuers: tuple[str, ...], jws: Jws, now: Callable[[], int]) -> None:
        self._issuers, self._jws, self._now = issuers, jws, now

    def mint(self, claims: MailClaims, purpose: Purpose) -> str:
        now = self._now()
        return self._jws.sign({"iss": self._issuers[0], "sub": claims.user_id,
                               "ver": claims.password_version, "iat": now,
                               "exp": now + purpose.lifetime_seconds,
                               **({"email": claims.email} if claims.email else {})},
                              purpose.token_type)

    def verify(self, text: str, purpose: Purpose) -> MailClaims:
        """Return the claims of a token of ours for `purpose`, or raise InvalidLink."""
        try:
            payload = self._jws.verify(text, purpose.token_type, purpose.claim_types)
            check_time(payload["iat"], payload["exp"], self._now())  # type: ignore[arg-type]
        except InvalidToken as error:
            raise InvalidLink from error
        if payload["iss"] not in self._issuers:
            raise InvalidLink
        return MailClaims(payload["sub"], payload["ver"],  # type: ignore[arg-type]
                          payload.get("email", ""))  # type: ignore[arg-type]
