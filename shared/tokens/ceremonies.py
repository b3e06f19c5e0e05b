"""Tickets of ceremonies with passkeys: signed, not stored.

A ticket says what its ceremony is for, and at which client application; the challenge is made of
it. It shows nobody to be anybody by itself.
"""

from dataclasses import dataclass
from enum import Enum

from shared.errors import InvalidTicket
from shared.tokens.client_tickets import ClientTickets

TOKEN_TYPE = "pk+jwt"
LIFETIME_SECONDS = 300
CLAIM_TYPES = {"iss": str, "aud": str, "pur": str, "jti": str, "iat": int, "exp": int}
OPTIONAL_TYPES: dict[str, type] = {"sub": str, "sid": str, "ver": int, "amr": list, "did": str,
                                   "fac": str}


class Purpose(Enum):
    """What a ceremony is for."""

    SIGN_UP = "sign_up"
    ADD = "add"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"
    REAUTHENTICATE = "reauthenticate"


@dataclass(frozen=True, slots=True)
class Ceremony:
    """`user_id` is empty if the passkey is to say who its user is, and `session_id` unless there is
    a session. At the second step of a sign-in, `password_version`, `amr` and `device_id` are as in
    its ticket (`tickets.Ticket`).
    `second_factor` is the `factors_id` of the identity to which a passkey is to be added.
    `expires_at` is epoch seconds."""

    ceremony_id: str
    purpose: Purpose
    client_id: str
    expires_at: int
    user_id: str = ""
    session_id: str = ""
    password_version: int = 0
    amr: tuple[str, ...] = ()
    device_id: str = ""
    second_factor: str = ""


class Ceremonies(ClientTickets):
    def mint(self, ceremony: Ceremony) -> str:
        optional = {"sub": ceremony.user_id, "sid": ceremony.session_id,
                    "ver": ceremony.password_version, "amr": list(ceremony.amr),
                    "did": ceremony.device_id, "fac": ceremony.second_factor}
        return self._jws.sign(
            {"iss": self._issuers[0], "aud": ceremony.client_id, "pur": ceremony.purpose.value,
             "jti": ceremony.ceremony_id, "iat": self._now(), "exp": ceremony.expires_at,
             **{name: value for name, value in optional.items() if value}}, TOKEN_TYPE)

    def verify(self, text: str, client_id: str, *purposes: Purpose) -> Ceremony:
        """Return what a ticket of ours says that was given to this client for one of these
        purposes, or raise InvalidTicket or Unavailable."""
        payload = self._payload(text, client_id, TOKEN_TYPE, CLAIM_TYPES, OPTIONAL_TYPES)
        purpose = next((one for one in purposes if one.value == payload["pur"]), None)
        if purpose is None:
            raise InvalidTicket("the ticket is of another ceremony")
        return Ceremony(payload["jti"], purpose, client_id, payload["exp"],
                        payload.get("sub", ""), payload.get("sid", ""), payload.get("ver", 0),
                        tuple(payload.get("amr", ())), payload.get("did", ""),
                        payload.get("fac", ""))
