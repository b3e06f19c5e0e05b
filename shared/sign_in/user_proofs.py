"""Proves the password of somebody who is signed in, or who follows a mailed link.

The attempts are counted for the user, which no stranger reaches: whoever guesses at the address
cannot keep its owner from changing the password or following a link. A session and a link are
counted apart, so that a thief of one cannot block the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import ReauthenticationRequired
from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.password_check import PasswordCheck


SESSION, LINK = "session", "link"


class UserProofs:
    def __init__(self, identities: IdentityStore, password_check: PasswordCheck,
                 attempts: Attempts) -> None:
        self._identities, self._attempts = identities, attempts
        self._password_check = password_check

    def prove(self, by: str, user_id: str, email: str, password: str,
              require: Callable[[Identity], None] | None = None) -> Identity:
        """Return the identity of this user and address if the password is its own; `by` says what
        the caller has, SESSION or LINK. `require` raises ReauthenticationRequired if the password
        is not enough.

        The attempt is counted before the password is looked at, and a success clears the count.
        Raises TooManyAttempts, BadCredentials or Unavailable.
        """
        subject = self._attempts.subject(of_user(by, user_id))
        reservation = self._attempts.reserve(subject, user_id=user_id)
        found = self._identities.find(EMAIL_ADDRESS, email)
        own = found if found is not None and found.user_id == user_id else None
        if require is not None and own is not None:
            try:
                require(own)
            except ReauthenticationRequired:
                # Nothing was tried.
                self._attempts.give_back(reservation)
                raise
        identity = self._password_check.check(own, password, subject)
        self._attempts.clear(subject)
        return identity


def of_user(by: str, user_id: str) -> str:
    """Return what these attempts are counted for."""
    return f"{by} of user {user_id}"
