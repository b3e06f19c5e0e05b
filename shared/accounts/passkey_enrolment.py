"""Add a passkey to an account.

What its ticket is bound to changes with each factor that is added or removed. So a ticket adds one
passkey, and none after another change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import (InvalidPasskey, InvalidTicket, PasskeyExists, PasskeysNotConfigured,
                           TooManyPasskeys, Unavailable)
from shared.factors.factors import RecoveryCodes
from shared.factors.passkeys import MOST_PASSKEYS, Passkey
from shared.factors.relying_party import challenge_of
from shared.factors.webauthn import check_registration
from shared.tokens.ceremonies import Purpose

if TYPE_CHECKING:
    from shared.accounts.factor_changes import FactorChanges
    from shared.callers import Assurance, SentPasskey
    from shared.factors.factor_store import FactorStore
    from shared.factors.relying_party import RelyingParty
    from shared.sign_in.trusted_owners import TrustedOwners
    from shared.tokens.ceremonies import Ceremonies


class PasskeyEnrolment:
    """`party` is None on a stage without passkeys; `now` returns epoch seconds."""

    def __init__(self, party: RelyingParty | None, ceremonies: Ceremonies, owners: TrustedOwners,
                 changes: FactorChanges, factors: FactorStore, now: Callable[[], int]) -> None:
        self._party, self._ceremonies, self._owners = party, ceremonies, owners
        self._changes, self._factors, self._now = changes, factors, now

    def add(self, user_id: str, session_id: str, assurance: Assurance, client_id: str,
            sent: SentPasskey, tell: Callable[[str], None]) -> tuple[Passkey, tuple[str, ...]]:
        """Return the passkey that was sent, which is now in the account, and new recovery codes if
        it is the first factor. `tell` the address of the user so.

        Raises what `TrustedOwners.find` does, InvalidTicket, InvalidPasskey, PasskeyExists,
        TooManyPasskeys or PasskeysNotConfigured.
        """
        identity = self._owners.find(user_id, session_id, assurance)
        ceremony = self._ceremonies.verify(sent.ticket, client_id, Purpose.ADD)
        if (ceremony.user_id, ceremony.session_id) != (user_id, session_id):
            raise InvalidTicket("the ticket is of another session", user_id=user_id)
        passkey = made_passkey(self._party, user_id, sent, self._now())
        present = self._factors.find(user_id).passkeys
        if passkey.passkey_id in {other.passkey_id for other in present}:
            self._changes.finish(identity, session_id)
            raise PasskeyExists
        if ceremony.second_factor != identity.factors_id:
            raise InvalidTicket("the ticket has died with another change", user_id=user_id)
        if len(present) >= MOST_PASSKEYS:
            raise TooManyPasskeys

        def store(codes: RecoveryCodes | None) -> bool:
            return self._factors.add_passkey(passkey, codes, identity)

        shown = self._changes.add(identity, session_id, passkey.methods, store, tell)
        if shown is None:
            raise Unavailable("the account changed meanwhile")
        return passkey, shown


def made_passkey(party: RelyingParty | None, user_id: str, sent: SentPasskey, now: int) -> Passkey:
    """Return the passkey that an authenticator has made for this user. Raises InvalidPasskey or
    PasskeysNotConfigured."""
    if party is None:
        raise PasskeysNotConfigured
    try:
        made = check_registration(sent.answer, challenge_of(sent.ticket), party)
    except InvalidPasskey as refusal:
        raise InvalidPasskey(refusal.flaw, user_id=user_id) from refusal
    return Passkey(user_id, made.credential_id, made.public_key, party.rp_id, sent.name, now,
                   made.counter, made.is_synced, made.is_backed_up, sent.transports)
