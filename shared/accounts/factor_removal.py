"""Remove second factors. It opens no secret of theirs, so it needs no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factors import FactorStore
    from shared.sign_in.owners import Owners
    from shared.sign_in.reauthentication import Freshness


class FactorRemoval:
    def __init__(self, owners: Owners, factors: FactorStore, freshness: Freshness) -> None:
        self._owners, self._factors, self._freshness = owners, factors, freshness

    def remove_totp(self, user_id: str, session_id: str, assurance: Assurance) -> str:
        """Remove the app. With it go the recovery codes, and a password alone signs in again.
        Return the address of the user, empty if the app was never on, so that nobody is told.

        Raises Unauthorized if the account is gone or the caller's session, `session_id`, has ended,
        ReauthenticationRequired unless the `assurance` of that is enough, NotFound when there is no
        app, and Unavailable, also when the password changes at the same time.
        """
        identity = self._owners.find(user_id)
        self._freshness.require(identity, session_id, assurance)
        if self._factors.find(user_id).totp is None:
            raise NotFound
        if not self._factors.turn_off(identity):
            raise Unavailable("the account changed meanwhile")
        return identity.name if identity.second_factor else ""
