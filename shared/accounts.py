"""The rules of accounts: find, register, authenticate.

An address names at most one account, whatever its spelling, because the models
normalise it before it comes here. A wrong password and an unknown address are one
failure after the same work.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from shared.errors import BadCredentials, CredentialsNotEnough, InvalidLink, Unauthorized

if TYPE_CHECKING:
    from shared.attempts import Attempts
    from shared.password_hash import PasswordHash
    from shared.passwords import Passwords


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; `email` is the normalised address, `created_at` epoch seconds."""

    user_id: str
    email: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What signs an account in.

    `password_version` counts password changes, not re-hashes; the last was at
    `password_changed_at` (epoch seconds).
    """

    email: str
    user_id: str
    password: PasswordHash
    password_changed_at: int
    password_version: int = 0
    email_verified: bool = False


class UserStore(Protocol):
    def find(self, user_id: str) -> Account | None: ...


class IdentityStore(Protocol):
    def create(self, account: Account, identity: Identity) -> None:
        """Claim the address and store the account, both or neither; UserExists if it is taken."""

    def find(self, email: str) -> Identity | None: ...

    def rehash(self, seen: Identity, password: PasswordHash) -> None:
        """Store another hash of the same password, unless `seen` has changed meanwhile."""

    def change_password(self, seen: Identity, password: PasswordHash, now: int,
                        proves_email: bool) -> bool:
        """Store a new password, and that the address is proven if this proves it; return False
        if `seen` is not how it stands any more."""

    def verify_email(self, seen: Identity) -> bool:
        """Note that the address is proven; return False if it was noted before."""

    def delete(self, seen: Identity) -> bool:
        """Delete identity and account, both or neither; return False if `seen` stands no more."""


class Accounts:
    def __init__(self, users: UserStore) -> None:
        self._users = users

    def find(self, user_id: str) -> Account:
        """Return the account, or raise Unauthorized when it is gone."""
        account = self._users.find(user_id)
        if account is None:
            raise Unauthorized("the account is gone", user_id=user_id)
        return account


class Verification:
    def __init__(self, identities: IdentityStore) -> None:
        self._identities = identities

    def verify(self, identity: Identity) -> None:
        """Note that the address is proven, or raise InvalidLink if it was before."""
        if not self._identities.verify_email(identity):
            raise InvalidLink


class Registration:
    """`now` returns epoch seconds."""

    def __init__(self, identities: IdentityStore, passwords: Passwords,
                 now: Callable[[], int]) -> None:
        self._identities, self._passwords, self._now = identities, passwords, now

    def register(self, email: str, password: str) -> Account:
        """Return the new account, or raise UserExists when the address has one."""
        now = self._now()
        account = Account(str(uuid.uuid4()), email, now)
        self._identities.create(
            account, Identity(email, account.user_id, self._passwords.hash(password), now))
        return account


class Authentication:
    """`require_verified_email`: to sign in, the right password is not enough until the address
    is proven."""

    def __init__(self, identities: IdentityStore, passwords: Passwords, attempts: Attempts,
                 require_verified_email: bool = False) -> None:
        self._identities, self._passwords, self._attempts = identities, passwords, attempts
        self._require_verified_email = require_verified_email

    def authenticate(self, email: str, password: str) -> Identity:
        """Return the identity that these credentials let in.

        The attempt is counted before the password is looked at. Raises TooManyAttempts or
        BadCredentials.
        """
        if not self._require_verified_email:
            return self.prove(email, password)
        try:
            return self.prove(email, password, only_verified=True)
        except BadCredentials as refusal:
            raise CredentialsNotEnough(str(refusal), **refusal.about) from None

    def prove(self, email: str, password: str, only_verified: bool = False) -> Identity:
        """Return the identity that the credentials prove; otherwise as `authenticate`."""
        subject = self._attempts.subject(email)
        self._attempts.reserve(subject)
        identity = self._identities.find(email)
        matches = self._passwords.matches(password, identity.password if identity else None)
        if identity is None or not matches:
            raise BadCredentials(subject=subject)
        if only_verified and not identity.email_verified:
            raise BadCredentials("the address is not proven", user_id=identity.user_id)
        self._attempts.clear(subject)
        if self._passwords.is_outdated(identity.password):
            self._identities.rehash(identity, self._passwords.hash(password))
        return identity

    def forgive(self, email: str) -> None:
        """Clear the failed attempts at an address, and the wait that they led to."""
        self._attempts.clear(self._attempts.subject(email))

    def confirm(self, proven: Identity) -> None:
        """Raise BadCredentials if the password of `proven` was changed since it was read."""
        present = self._identities.find(proven.email)
        if present is None or _secret_of(present) != _secret_of(proven):
            raise BadCredentials(user_id=proven.user_id)


def _secret_of(identity: Identity) -> tuple[str, int]:
    """Return what changes when the password does, and not when it is only hashed again."""
    return identity.user_id, identity.password_version
