"""Checks a password against an identity that was found, or that there is none of.

A wrong password, an unknown address and an account without a password give the same failure after
the same work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BadCredentials

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.sign_in.passwords import Passwords


class PasswordCheck:
    """Every method raises Unavailable when the store cannot answer."""

    def __init__(self, identities: IdentityStore, passwords: Passwords) -> None:
        self._identities, self._passwords = identities, passwords

    def check(self, identity: Identity | None, password: str, subject: str,
              only_verified: bool = False) -> Identity:
        """Return `identity` if the password is its own, else raise BadCredentials about
        `subject`; with `only_verified`, also if its name is not verified."""
        matches = self._passwords.matches(password, identity.password if identity else None)
        if identity is None or not matches:
            raise BadCredentials(subject=subject, **whose(identity))
        if only_verified and not identity.verified:
            raise BadCredentials("the address is not verified", user_id=identity.user_id)
        return identity

    def rehash(self, identity: Identity, password: str) -> None:
        """Store a hash of today's kind, if the present one of this right password is older."""
        if identity.password and self._passwords.is_outdated(password, identity.password):
            self._identities.rehash(identity, self._passwords.hash(password))

    def confirm(self, proven: Identity) -> None:
        """Raise BadCredentials if the password of `proven` was changed since it was read, or if a
        second factor was turned on or off."""
        present = self._identities.find(proven.kind, proven.name)
        if present is None or _secret_of(present) != _secret_of(proven):
            raise BadCredentials(user_id=proven.user_id)


def whose(identity: Identity | None) -> dict[str, str]:
    """Return what a log line says of the user who is tried, if there is one: by that, operators
    find what happened to a person."""
    return {"user_id": identity.user_id} if identity else {}


def _secret_of(identity: Identity) -> tuple[str, int, str]:
    """Return what changes with the password, but not when the same password is hashed again."""
    return identity.user_id, identity.password_version, identity.second_factor
