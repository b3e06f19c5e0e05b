"""Finds the identity of a user who is known by the id alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import Unauthorized
from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore, UserStore


class Owners:
    def __init__(self, users: UserStore, identities: IdentityStore) -> None:
        self._users, self._identities = users, identities

    def find(self, user_id: str) -> Identity:
        """Return the identity of a user, or raise Unauthorized when the account is gone, or
        Unavailable."""
        account = self._users.find(user_id)
        identity = self._identities.find(EMAIL_ADDRESS, account.email) if account else None
        if identity is None or identity.user_id != user_id:
            raise Unauthorized("the account is gone")
        return identity
