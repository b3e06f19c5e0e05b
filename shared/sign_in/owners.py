"""Finds the account and the identity of a user who is known by the id alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import Unauthorized
from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.identities import Account, Identity, IdentityStore, UserStore


# The address may be changed between the two reads of the first look.
MAX_LOOKS = 2


class Owners:
    def __init__(self, users: UserStore, identities: IdentityStore) -> None:
        self._users, self._identities = users, identities

    def find(self, user_id: str) -> Identity:
        """Return the identity of a user, or raise Unauthorized when the account is gone, or
        Unavailable."""
        return self.find_with_account(user_id)[1]

    def find_with_account(self, user_id: str) -> tuple[Account, Identity]:
        """Return the account of a user, and their identity, whose name is the account's address;
        raises as `find`."""
        for _ in range(MAX_LOOKS):
            account = self._users.find(user_id)
            if account is None:
                break
            identity = self._identities.find(EMAIL_ADDRESS, account.email)
            if identity is not None and identity.user_id == user_id:
                return account, identity
        raise Unauthorized("the account is gone")
