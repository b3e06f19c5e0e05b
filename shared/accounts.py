"""The rules of accounts: find, register, authenticate.

An address names at most one account, whatever its spelling, because the models
normalise it before it comes here. A wrong password and an unknown address are one
failure after the same work.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from shared.errors import BadCredentials, Unauthorized

if TYPE_CHECKING:
    from shared.attempts import Attempts
    from shared.passwords import PasswordHash, Passwords


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; `email` is the normalised address, `created_at` epoch seconds."""

    user_id: str
    email: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What signs an account in. `password_version` counts password changes, not re-hashes."""

    email: str
    user_id: str
    password: PasswordHash
    password_version: int = 0


class UserStore(Protocol):
    def find(self, user_id: str) -> Account | None: ...


class IdentityStore(Protocol):
    def create(self, account: Account, identity: Identity) -> None:
        """Claim the address and store the account, both or neither; UserExists if it is taken."""

    def find(self, email: str) -> Identity | None: ...

    def rehash(self, seen: Identity, password: PasswordHash) -> None:
        """Store another hash of the same password, unless `seen` has changed meanwhile."""


class Accounts:
    def __init__(self, users: UserStore) -> None:
        self._users = users

    def find(self, user_id: str) -> Account:
        """Return the account, or raise Unauthorized when it is gone."""
        account = self._users.find(user_id)
        if account is None:
            raise Unauthorized("the account is gone", user_id=user_id)
        return account


class Registration:
    """`now` returns epoch seconds."""

    def __init__(self, identities: IdentityStore, passwords: Passwords,
                 now: Callable[[], int]) -> None:
        self._identities, self._passwords, self._now = identities, passwords, now

    def register(self, email: str, password: str) -> Account:
        """Return the new account, or raise UserExists when the address has one."""
        account = Account(str(uuid.uuid4()), email, self._now())
        self._identities.create(
            account, Identity(email, account.user_id, self._passwords.hash(password)))
        return account


class Authentication:
    def __init__(self, identities: IdentityStore, passwords: Passwords,
                 attempts: Attempts) -> None:
        self._identities, self._passwords, self._attempts = identities, passwords, attempts

    def authenticate(self, email: str, password: str) -> Identity:
        """Return the identity that the credentials prove.

        The attempt is counted before the password is looked at. Raises TooManyAttempts
        or BadCredentials.
        """
        subject = self._attempts.subject(email)
        self._attempts.reserve(subject)
        identity = self._identities.find(email)
        matches = self._passwords.matches(password, identity.password if identity else None)
        if identity is None or not matches:
            raise BadCredentials(subject=subject)
        self._attempts.clear(subject)
        if self._passwords.is_outdated(identity.password):
            self._identities.rehash(identity, self._passwords.hash(password))
        return identity

    def confirm(self, proven: Identity) -> None:
        """Raise BadCredentials if the password of `proven` was changed since it was read."""
        present = self._identities.find(proven.email)
        if present is None or replace(present, password=proven.password) != proven:
            raise BadCredentials(user_id=proven.user_id)
