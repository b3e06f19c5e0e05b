"""Tickets between two steps of a sign-in: signed, not stored.

A ticket says that its user has just shown the password, of this version, to this client
application. It signs nobody in by itself.
"""

from dataclasses import dataclass

from shared.tokens.client_tickets import ClientTickets

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


class Tickets(ClientTickets):
    def mint(self, ticket: Ticket) -> str:
        return self._jws.sign(
            {"iss": self._issuers[0], "aud": ticket.client_id, "sub": ticket.user_id,
             "ver": ticket.password_version, "amr": list(ticket.amr), "jti": ticket.ticket_id,
             "iat": ticket.expires_at - LIFETIME_SECONDS, "exp": ticket.expires_at,
             **({"did": ticket.device_id} if ticket.device_id else {})}, TOKEN_TYPE)

    def verify(self, text: str, client_id: str) -> Ticket:
        """Return what a ticket of ours says that was given to this client, or raise InvalidTicket
        or Unavailable."""
        payload = self._payload(text, client_id, TOKEN_TYPE, CLAIM_TYPES, OPTIONAL_TYPES)
        return Ticket(payload["jti"], payload["sub"], client_id, payload["ver"],
                      tuple(payload["amr"]), payload.get("did", ""), payload["exp"])
