"""Add second factors, and replace recovery codes.

The first factor changes how the account is signed in to. So all other sessions, which a password
alone has opened, are swept before the change and once more after it, as with a change of the
password (`password_changes`); a sign-in under way finds the identity changed and withdraws its
session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import NotFound

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.factors.factors import RecoveryCodes
    from shared.factors.recovery_sets import RecoverySets
    from shared.identities import Identity
    from shared.sessions.session_proofs import SessionProofs
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.trusted_owners import TrustedOwners


class Changed(NamedTuple):
    """The user's address, and new recovery codes, which are shown this once."""

    email: str
    recovery_codes: tuple[str, ...]


class FactorChanges:
    """Every method raises Unavailable when a store cannot answer."""

    def __init__(self, owners: TrustedOwners, factors: FactorStore, recovery_sets: RecoverySets,
                 user_sessions: UserSessions, session_proofs: SessionProofs) -> None:
        self._owners, self._factors, self._recovery_sets = owners, factors, recovery_sets
        self._user_sessions, self._session_proofs = user_sessions, session_proofs

    def add(self, identity: Identity, session_id: str, methods: tuple[str, ...],
            store: Callable[[RecoveryCodes | None], bool], tell: Callable[[str], None]
            ) -> tuple[str, ...] | None:
        """Have `store` add a factor to what `identity` has, and `tell` its address so. Return new
        recovery codes if it is the first factor, none if it is another one, and None if `store`
        returns False. The caller's session, `session_id`, has shown `methods` by that.

        With the first factor, all sessions end but that one.
        """
        user_id, is_first = identity.user_id, not identity.second_factor
        codes, shown = self._recovery_sets.new(user_id) if is_first else (None, ())
        if is_first:
            self._user_sessions.end_all(user_id, session_id)
        if not store(codes):
            return None
        # Nothing says later that nobody was told.
        tell(identity.name)
        # Before the second sweep: if that fails, the caller may ask for it again.
        self._session_proofs.record(user_id, session_id, *methods)
        if is_first:
            self._user_sessions.end_all(user_id, session_id)
        return shown

    def finish(self, identity: Identity, session_id: str) -> None:
        """Do what may be left to do of a request that has added the first factor: it may have
        failed after that, or be under way, and the caller's session may be the one that it has yet
        to record its proof in."""
        self._user_sessions.end_below_aal2(identity.user_id, session_id)

    def replace_codes(self, user_id: str, session_id: str, assurance: Assurance) -> Changed:
        """Make a new set of recovery codes; those of the old one no longer work. Raises what
        `TrustedOwners.find` does, and NotFound when no second factor is on."""
        identity = self._owners.find(user_id, session_id, assurance)
        # What is found beside an identity without one is of a factor that was turned on just now,
        # and which this session has not shown.
        seen = self._factors.find(user_id).recovery_codes if identity.second_factor else None
        codes, shown = self._recovery_sets.new(user_id)
        # Of two requests at once, the codes of one are shown in vain, so it may not succeed.
        if seen is None or not self._factors.replace_codes(seen, codes):
            raise NotFound
        return Changed(identity.name, shown)
