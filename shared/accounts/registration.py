"""Find an account, or register one.

An address names at most one account, whatever its spelling, because request bodies
normalise it before it comes here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import Unauthorized
from shared.identities import EMAIL_ADDRESS, Account, Identity

if TYPE_CHECKING:
    from shared.identities import IdentityStore, UserStore
    from shared.sign_in.passwords import Passwords


class Accounts:
    def __init__(self, users: UserStore) -> None:
        self._users = users

    def find(self, user_id: str) -> Account:
        """Return the account, or raise Unauthorized when it is gone."""
        account = self._users.find(user_id)
        if account is None:
            raise Unauthorized("the account is gone")
        return account


class Registration:
    """`now` returns epoch seconds."""

    def __init__(self, identities: IdentityStore, passwords: Passwords,
                 now: Callable[[], int]) -> None:
        self._identities, self._passwords, self._now = identities, passwords, now

    def register(self, email: str, password: str) -> Account:
        """Return the new account, or raise UserExists when the address has one."""
        now = self._now()
        account = Account(str(uuid.uuid4()), email, now)
        self._identities.create(account, Identity(
            EMAIL_ADDRESS, email, account.user_id, self._passwords.hash(password), now))
        return account
