"""Accounts and the identities that sign them in: the values, and the ports to their stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.password_hash import PasswordHash

# The kind of an identity whose name is a normalised email address.
EMAIL_ADDRESS = "email"


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; `email` is the normalised address, `created_at` epoch seconds, `roles`
    what operators have granted, and `roles_version` a number that grows with each change of it.
    Since `blocked_at` (epoch seconds; 0: not blocked) nobody can sign in to it."""

    user_id: str
    email: str
    created_at: int
    roles: tuple[str, ...] = ()
    roles_version: int = 0
    blocked_at: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person signs in with: a name of some kind, and what shows that it is theirs.

    `name` is normalised in the way of its `kind`. `password` is None if the identity has none.
    `password_version` counts what ends all that was proven or mailed before: changes of the
    password, not re-hashes, and of the name. The password last changed at `password_changed_at`
    (epoch seconds). `verified` says whether its owner has shown that the
    name (say, the address) is theirs. `second_factor` is an id that the second factors of its user
    have together, empty for none; it is another one whenever a factor is added or removed.
    `turned_off` is an id of the last time that the last one was removed, empty if none ever was.
    """

    kind: str
    name: str
    user_id: str
    password: PasswordHash | None
    password_changed_at: int
    password_version: int = 0
    verified: bool = False
    second_factor: str = ""
    turned_off: str = ""

    @property
    def factors_id(self) -> str:
        """What is never again the same once a factor was added or removed."""
        return self.second_factor or self.turned_off


class UserStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def find(self, user_id: str) -> Account | None: ...


class IdentityStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def create(self, account: Account, identity: Identity) -> None:
        """Claim the name and store the account, both or neither; raise UserExists if the name
        is taken."""

    def find(self, kind: str, name: str) -> Identity | None: ...

    def rehash(self, seen: Identity, password: PasswordHash) -> None:
        """Store another hash of the password of `seen`, unless that has changed meanwhile."""

    def change_password(self, seen: Identity, password: PasswordHash, now: int,
                        verifies: bool) -> bool:
        """Store a new password, and with `verifies` also that the name is verified. Return False
        if the password or the owner of `seen` has changed, or if the identity is gone; without
        `verifies`, or if the name was not verified before, also if a second factor was added or
        removed."""

    def verify(self, seen: Identity) -> bool:
        """Record that the name is verified. Return False if the password or the owner of `seen`
        has changed, or if the identity is gone."""

    def rename(self, seen: Identity, name: str) -> bool:
        """Give the account another name, which is verified, and free that of `seen`, both or
        neither; all else stays, but for the version, which is the next. Return False if what
        `seen` signs in with has changed, or if it is gone; raise UserExists if another account has
        the name."""

    def delete(self, seen: Identity) -> bool:
        """Delete identity and account, both or neither; return False if the password, the second
        factor, the name or the owner of `seen` has changed. What is gone already counts as
        deleted."""
