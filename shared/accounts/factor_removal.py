"""Remove second factors. It opens no secret of theirs, so it needs no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import LastWayIn, NotFound, Unavailable
from shared.factors.factors import TOTP
from shared.factors.passkeys import passkey_factor_id

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.factors.factors import Factors
    from shared.identities import Identity
    from shared.sign_in.trusted_owners import TrustedOwners


class FactorRemoval:
    """Every method raises Unauthorized if the account is gone or the caller's session,
    `session_id`, has ended, ReauthenticationRequired unless the `assurance` of that is enough,
    NotFound when there is no such factor, and Unavailable, also when the account changes at the
    same time."""

    def __init__(self, owners: TrustedOwners, factors: FactorStore) -> None:
        self._owners, self._factors = owners, factors

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
        """Remove a passkey, and return the address of the user. Raises LastWayIn."""
        identity = self._owners.find(user_id, session_id, assurance)
        factors = self._factors.find(user_id)
        others = [passkey for passkey in factors.passkeys if passkey.passkey_id != passkey_id]
        if len(others) == len(factors.passkeys):
            raise NotFound
        if identity.password is None and not others:
            raise LastWayIn
        self._remove(passkey_factor_id(passkey_id), identity, factors,
                     is_last=not others and factors.confirmed_totp is None)
        return identity.name

    def _remove(self, factor_id: str, identity: Identity, factors: Factors, is_last: bool) -> None:
        """With the last one go the recovery codes, and a password alone signs in again."""
        is_done = (self._factors.turn_off(factors, identity) if is_last else
                   self._factors.remove(factor_id, identity))
        if not is_done:
            raise Unavailable("the account changed meanwhile")
