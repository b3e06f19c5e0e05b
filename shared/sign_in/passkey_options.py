"""Begins the ceremonies of passkeys: what a browser is asked to do, and the ticket for it.

Nothing is stored for a ceremony, and nothing here verifies an answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import NoPasskey, PasskeysNotConfigured
from shared.sign_in.ticket_owners import owner_of
from shared.tokens.ceremonies import LIFETIME_SECONDS, Ceremony, Purpose

if TYPE_CHECKING:
    from shared.factors.factor_store import FactorStore
    from shared.factors.passkeys import Passkey
    from shared.factors.relying_party import RelyingParty
    from shared.identities import Identity
    from shared.sign_in.owners import Owners
    from shared.tokens.ceremonies import Ceremonies
    from shared.tokens.tickets import Tickets


class Options(NamedTuple):
    """What a browser is asked to do, and the ticket that its answer is sent with."""

    ticket: str
    expires_in: int
    public_key: Mapping[str, object]

    def as_response(self) -> dict[str, object]:
        return {"ticket": self.ticket, "ticket_expires_in": self.expires_in,
                "public_key": self.public_key}


class PasskeyOptions:
    """`party` is None on a stage without passkeys; `now` returns epoch seconds. Every method raises
    PasskeysNotConfigured and Unavailable."""

    def __init__(self, party: RelyingParty | None, ceremonies: Ceremonies, tickets: Tickets,
                 factors: FactorStore, owners: Owners, now: Callable[[], int]) -> None:
        self._party, self._ceremonies, self._tickets = party, ceremonies, tickets
        self._factors, self._owners, self._now = factors, owners, now

    def to_sign_in(self, client_id: str) -> Options:
        """Any passkey of this stage will do, and says whose it is."""
        return self._options(Ceremony(str(uuid.uuid4()), Purpose.SIGN_IN, client_id,
                                      self._now() + LIFETIME_SECONDS), None)

    def to_finish(self, text: str, client_id: str) -> Options:
        """For the second step of a sign-in, whose ticket is presented. Raises InvalidTicket, and
        NoPasskey if the user has no passkey of this stage's domain."""
        ticket = self._tickets.verify(text, client_id)
        owner_of(self._owners, ticket.user_id, ticket.password_version)
        # Both have one id, so that a ticket opens one session, by a code or by a passkey.
        return self._of_user(Ceremony(
            ticket.ticket_id, Purpose.SECOND_STEP, client_id, ticket.expires_at, ticket.user_id,
            password_version=ticket.password_version, amr=ticket.amr,
            device_id=ticket.device_id))

    def to_show_again(self, user_id: str, session_id: str, client_id: str) -> Options:
        """For a session whose user shows again who they are. Raises NoPasskey if the user has no
        passkey of this stage's domain."""
        return self._of_user(Ceremony(
            str(uuid.uuid4()), Purpose.REAUTHENTICATE, client_id, self._now() + LIFETIME_SECONDS,
            user_id, session_id))

    def _of_user(self, ceremony: Ceremony) -> Options:
        if self._party is None:
            raise PasskeysNotConfigured
        # Without a name in it, the list would mean any passkey, also one of somebody else.
        passkeys = tuple(passkey for passkey in self._factors.find(ceremony.user_id).passkeys
                         if passkey.rp_id == self._party.rp_id)
        if not passkeys:
            raise NoPasskey
        return self._options(ceremony, passkeys)

    def _options(self, ceremony: Ceremony, passkeys: tuple[Passkey, ...] | None) -> Options:
        if self._party is None:
            raise PasskeysNotConfigured
        ticket, expires_in = self._ceremonies.mint(ceremony), ceremony.expires_at - self._now()
        return Options(ticket, expires_in,
                       self._party.request_options(passkeys, ticket, expires_in))

    def to_add(self, identity: Identity, session_id: str, client_id: str) -> Options:
        """For a session whose user adds a passkey. The ticket dies with the next change of what the
        identity has."""
        passkeys = self._factors.find(identity.user_id).passkeys
        return self._creation(Ceremony(
            str(uuid.uuid4()), Purpose.ADD, client_id, self._now() + LIFETIME_SECONDS,
            identity.user_id, session_id, second_factor=identity.factors_id), identity.name,
            passkeys)

    def to_sign_up(self, user_id: str, email: str, client_id: str) -> Options:
        """For whoever has followed the link that was mailed to sign up with a passkey. It names the
        user, so that a device on which that fails keeps one passkey of it, and not several."""
        return self._creation(Ceremony(
            str(uuid.uuid4()), Purpose.SIGN_UP, client_id, self._now() + LIFETIME_SECONDS,
            user_id), email, ())

    def _creation(self, ceremony: Ceremony, user_name: str, passkeys: tuple[Passkey, ...]
                  ) -> Options:
        if self._party is None:
            raise PasskeysNotConfigured
        ticket = self._ceremonies.mint(ceremony)
        return Options(ticket, LIFETIME_SECONDS, self._party.creation_options(
            ceremony.user_id, user_name, passkeys, ticket, LIFETIME_SECONDS))
