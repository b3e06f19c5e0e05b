"""Remove second factors. It opens no secret of theirs, so it needs no key.

With a passkey go the other sessions in which one counts (`amr`): whoever has stolen it may have
opened some. They are swept before the removal and once more after it, as with a change of the
password (`password_changes`); a sign-in under way finds the passkey gone and withdraws its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import LastWayIn, NotFound, Unavailable
from shared.factors.factors import TOTP
from shared.factors.passkeys import Passkey, is_passkey_id, passkey_factor_id

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.factors.factors import Factors
    from shared.identities import Identity
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.trusted_owners import TrustedOwners


class FactorRemoval:
    """Every method raises Unauthorized if the account is gone or the caller's session,
    `session_id`, has ended, ReauthenticationRequired unless the `assurance` of that is enough,
    NotFound when there is no such factor, and Unavailable, also when the account changes at the
    same time."""

    def __init__(self, owners: TrustedOwners, factors: FactorStore, user_sessions: UserSessions,
                 rp_id: str) -> None:
        self._owners, self._factors = owners, factors
        self._user_sessions, self._rp_id = user_sessions, rp_id

    def remove_totp(self, user_id: str, session_id: str, assurance: Assurance) -> str:
        """Remove the app. Return the address of the user, empty if the app was never on, so that
        nobody is told."""
        identity = self._owners.find(user_id, session_id, assurance)
        factors = self._factors.find(user_id)
        if factors.totp is None:
            raise NotFound
        was_on = factors.confirmed_totp is not None
        self._remove(TOTP, identity, factors, is_last=not factors.passkeys)
        return identity.name if was_on else ""

    def remove_passkey(self, user_id: str, session_id: str, assurance: Assurance,
                       passkey_id: str) -> str:
        """Remove a passkey, end all sessions in which one was shown but the caller's, and return
        the address of the user. Raises LastWayIn."""
        identity = self._owners.find(user_id, session_id, assurance)
        if not is_passkey_id(passkey_id):
            raise NotFound
        factors = self._factors.find(user_id)
        removed = [passkey for passkey in factors.passkeys if passkey.passkey_id == passkey_id]
        others = [passkey for passkey in factors.passkeys if passkey.passkey_id != passkey_id]
        if removed and identity.password is None and self._is_last_way_in(removed, others):
            raise LastWayIn
        # Also for one that is gone: a request that failed after the removal can be repeated.
        self._user_sessions.end_by_passkey(user_id, session_id)
        if not removed:
            raise NotFound
        self._remove(passkey_factor_id(passkey_id), identity, factors,
                     is_last=not others and factors.confirmed_totp is None)
        self._user_sessions.end_by_passkey(user_id, session_id)
        return identity.name

    def _is_last_way_in(self, removed: list[Passkey], others: list[Passkey]) -> bool:
        """Whether none is left that signs in; those of a former domain do not."""
        def signs_in(passkeys: list[Passkey]) -> bool:
            return any(passkey.rp_id == self._rp_id for passkey in passkeys)

        return not others or (signs_in(removed) and not signs_in(others))

    def _remove(self, factor_id: str, identity: Identity, factors: Factors, is_last: bool) -> None:
        """With the last one go the recovery codes, and a password alone signs in again."""
        is_done = (self._factors.turn_off(factors, identity) if is_last else
                   self._factors.remove(factor_id, identity))
        if not is_done:
            raise Unavailable("the account changed meanwhile")
