"""Checks the password of a user.

A wrong password, an unknown address and an account without a password give the same failure
after the same work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BadCredentials, CredentialsNotEnough
from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.passwords import Passwords


class Authentication:
    """With `require_verified_email`, a sign-in needs a verified address as well as the right
    password."""

    def __init__(self, identities: IdentityStore, passwords: Passwords, attempts: Attempts,
                 require_verified_email: bool) -> None:
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
        """Return the identity that has these credentials; it counts and raises like
        `authenticate`."""
        subject = self._attempts.subject(email)
        self._attempts.reserve(subject)
        identity = self._identities.find(EMAIL_ADDRESS, email)
        matches = self._passwords.matches(password, identity.password if identity else None)
        if identity is None or identity.password is None or not matches:
            raise BadCredentials(subject=subject)
        if only_verified and not identity.verified:
            raise BadCredentials("the address is not verified", user_id=identity.user_id)
        self._attempts.clear(subject)
        if self._passwords.is_outdated(identity.password):
            self._identities.rehash(identity, self._passwords.hash(password))
        return identity

    def forgive(self, email: str) -> None:
        """Clear the failed attempts at an address, and the wait that they led to."""
        self._attempts.clear(self._attempts.subject(email))

    def confirm(self, proven: Identity) -> None:
        """Raise BadCredentials if the password of `proven` was changed since it was read."""
        present = self._identities.find(proven.kind, proven.name)
        if present is None or _secret_of(present) != _secret_of(proven):
            raise BadCredentials(user_id=proven.user_id)


def _secret_of(identity: Identity) -> tuple[str, int]:
    """Return what changes with the password, but not when the same password is hashed again."""
    return identity.user_id, identity.password_version
