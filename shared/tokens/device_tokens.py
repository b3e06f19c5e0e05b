"""Tokens by which a device shows that its person has signed in on it before (OWASP, "Slow Down
Online Guessing Attacks with Device Cookies").

A device token proves nothing but that: it only decides where the attempts of a sign-in are counted,
so that strangers who guess at an address cannot make its owner wait. It is signed, not stored.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.errors import InvalidToken, MisusedToken
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import check_time

TOKEN_TYPE = "dt+jwt"
LIFETIME_SECONDS = 365 * 86_400
CLAIM_TYPES = {"iss": str, "sub": str, "did": str, "ver": int, "iat": int, "exp": int}
OPTIONAL_TYPES: dict[str, type] = {"sf": int}


class Device(NamedTuple):
    """A device on which the user has signed in, with the password of this version, and with a
    second factor or not."""

    user_id: str
    device_id: str
    password_version: int
    second_factor: bool = False


class DeviceTokens:
    """`issuers` are the values that the `iss` claim may have, and new tokens get the first of them;
    `now` returns epoch seconds."""

    def __init__(self, issuers: tuple[str, ...], jws: Jws, now: Callable[[], int]) -> None:
        self._issuers, self._jws, self._now = issuers, jws, now

    def mint(self, device: Device) -> str:
        now = self._now()
        return self._jws.sign(
            {"iss": self._issuers[0], "sub": device.user_id, "did": device.device_id,
             "ver": device.password_version, "iat": now, "exp": now + LIFETIME_SECONDS,
             **({"sf": 1} if device.second_factor else {})}, TOKEN_TYPE)

    def read_of(self, user_id: str, text: str) -> Device | None:
        """Return the device of a token of ours that is of this user's, or None."""
        device = self.read(text)
        return device if device is not None and device.user_id == user_id else None

    def read(self, text: str) -> Device | None:
        """Return the device of a token of ours, or None for anything else: whoever presents no
        valid one is a stranger, which is no reason to be refused. Raises Unavailable."""
        if not text:
            return None
        try:
            payload: dict[str, Any] = self._jws.verify(text, TOKEN_TYPE, CLAIM_TYPES,
                                                       OPTIONAL_TYPES)
            check_time(payload["iat"], payload["exp"], self._now())
            if payload["iss"] not in self._issuers:
                raise MisusedToken("the token is of another issuer")
        except InvalidToken:
            return None
        return Device(payload["sub"], payload["did"], payload["ver"], payload.get("sf") == 1)
