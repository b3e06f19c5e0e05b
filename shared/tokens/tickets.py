"""Tickets between two steps of a sign-in: signed, not stored.

A ticket says that its user has just shown the password, of this version, to this client
application. It signs nobody in by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.errors import InvalidTicket, InvalidToken
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import check_time

TOKEN_TYPE = "ti+jwt"
LIFETIME_SECONDS = 300
CLAIM_TYPES = {"iss": str, "aud": str, "sub": str, "ver": int, "amr": list, "jti": str,
               "iat": int, "exp": int}
OPTIONAL_TYPES: dict[str, type] = {"did": str}


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was proven (RFC 8176), by whom, at which client, and with the password of which version.
    `device_id` is of the known device that it was proven on, empty for none, if its user has signed
    in on it with a second factor before, and with this password. `expires_at` is epoch seconds."""

    ticket_id: str
    user_id: str
    client_id: str
    password_version: int
    amr: tuple[str, ...]
    device_id: str
    expires_at: int


class Tickets:
    """`issuers` are the values that the `iss` claim may have, and new tickets get the first of
    them; `now` returns epoch seconds."""

    def __init__(self, issuers: tuple[str, ...], jws: Jws, now: Callable[[], int]) -> None:
        self._issuers, self._jws, self._now = issuers, jws, now

    def mint(self, ticket: Ticket) -> str:
        return self._jws.sign(
            {"iss": self._issuers[0], "aud": ticket.client_id, "sub": ticket.user_id,
             "ver": ticket.password_version, "amr": list(ticket.amr), "jti": ticket.ticket_id,
             "iat": ticket.expires_at - LIFETIME_SECONDS, "exp": ticket.expires_at,
             **({"did": ticket.device_id} if ticket.device_id else {})}, TOKEN_TYPE)

    def verify(self, text: str, client_id: str) -> Ticket:
        """Return what a ticket of ours says that was given to this client, or raise InvalidTicket
        or Unavailable."""
        try:
            payload: dict[str, Any] = self._jws.verify(text, TOKEN_TYPE, CLAIM_TYPES,
                                                       OPTIONAL_TYPES)
            check_time(payload["iat"], payload["exp"], self._now())
        except InvalidToken as error:
            raise InvalidTicket from error
        if payload["iss"] not in self._issuers or payload["aud"] != client_id:
            raise InvalidTicket("the ticket is of another issuer or client")
        return Ticket(payload["jti"], payload["sub"], client_id, payload["ver"],
                      tuple(payload["amr"]), payload.get("did", ""), payload["exp"])
