"""Accounts and the identities that sign them in: the values, and the ports to their stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.password_hash import PasswordHash


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
    """Every method raises Unavailable when the store cannot answer."""

    def find(self, user_id: str) -> Account | None: ...


class IdentityStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def create(self, account: Account, identity: Identity) -> None:
        """Claim the address and store the account, both or neither; raise UserExists if the
        address is taken."""

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
