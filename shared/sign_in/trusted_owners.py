"""Finds the identity of a caller who may change how their account is signed in to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.identities import Identity
    from shared.sign_in.owners import Owners
    from shared.sign_in.reauthentication import Freshness


class TrustedOwners:
    def __init__(self, owners: Owners, freshness: Freshness) -> None:
        self._owners, self._freshness = owners, freshness

    def find(self, user_id: str, session_id: str, assurance: Assurance) -> Identity:
        """Return the identity of a user whose session, `session_id`, has this `assurance`.

        Raises ReauthenticationRequired if that is not enough, Unauthorized if the account is gone
        or the session has ended, and Unavailable when a store cannot answer.
        """
        identity = self._owners.find(user_id)
        self._freshness.require(identity, session_id, assurance)
        return identity
