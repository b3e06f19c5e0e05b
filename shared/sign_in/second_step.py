"""Sign-in in two steps: a right password is answered with a ticket, and the ticket with a code
signs in.

Nothing is stored until there is a session, but that a ticket was used. It dies with that, with a
change of the password, and with the second factor that it asks for; a blocked account lets it open
nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from shared.errors import SecondFactorRequired
from shared.sessions.state import proven_by
from shared.sign_in.ticket_owners import owner_of
from shared.tokens.device_tokens import Device
from shared.tokens.tickets import LIFETIME_SECONDS, Ticket

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.factors.factor_store import FactorStore
    from shared.identities import Identity
    from shared.sign_in.owners import Owners
    from shared.sign_in.second_factor import SecondFactor, TellSpent
    from shared.sign_in.sign_in import SignedIn, SignIn
    from shared.sign_in.used_tickets import UsedTickets
    from shared.tokens.tickets import Tickets


class SecondStep:
    """`confirm` raises BadCredentials if the password or the second factor of an identity has
    changed since it was read. `rp_id` is the domain of passkeys, empty for none; `now` returns
    epoch seconds."""

    def __init__(self, tickets: Tickets, factors: FactorStore, second_factor: SecondFactor,
                 owners: Owners, used: UsedTickets, sign_in: SignIn,
                 confirm: Callable[[Identity], None], rp_id: str, now: Callable[[], int]
                 ) -> None:
        self._tickets, self._factors, self._second_factor = tickets, factors, second_factor
        self._owners, self._used, self._sign_in = owners, used, sign_in
        self._confirm, self._rp_id, self._now = confirm, rp_id, now

    def require(self, identity: Identity, caller: Caller, device: Device | None) -> NoReturn:
        """Raise SecondFactorRequired with a ticket for a user whose password was just proven on
        this device, or Unavailable."""
        # Whoever had found out an earlier password may have tokens of many devices, and would get
        # so many guesses for each.
        known = (device.device_id if device and device.second_factor
                 and device.password_version == identity.password_version else "")
        ticket = Ticket(str(uuid.uuid4()), identity.user_id, caller.client_id,
                        identity.password_version, ("pwd",), known,
                        self._now() + LIFETIME_SECONDS)
        kinds = self._factors.find(identity.user_id).kinds(self._rp_id)
        raise SecondFactorRequired(self._tickets.mint(ticket), kinds, LIFETIME_SECONDS,
                                   user_id=identity.user_id)

    def open(self, text: str, code: str, caller: Caller, tell: TellSpent) -> SignedIn:
        """Return a new session for `caller`, who presents a ticket and a code. `tell` what was
        spent even if no session comes of it.

        Raises InvalidTicket, TooManyAttempts, InvalidCode, AccountBlocked, BadCredentials if the
        password changes meanwhile, or Unavailable.
        """
        ticket = self._tickets.verify(text, caller.client_id)
        identity = owner_of(self._owners, ticket.user_id, ticket.password_version)
        spent = self._second_factor.spend_at_sign_in(
            identity.user_id, code, ticket.device_id, lambda: self._use(ticket))
        tell(identity.name, spent.codes_left)
        device = (Device(identity.user_id, ticket.device_id, identity.password_version)
                  if ticket.device_id else None)
        return self._sign_in.open(identity, proven_by(*ticket.amr, spent.method), caller,
                                  lambda: self._confirm(identity), device)

    def _use(self, ticket: Ticket) -> None:
        self._used.use(ticket.ticket_id, ticket.expires_at, user_id=ticket.user_id)
