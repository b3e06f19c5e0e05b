"""Sign-up, and what its answer may reveal.

Without mail, only a 409 can tell a user why there is no new account. With mail, `quiet_sign_up`
reveals nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shared.accounts.registration import Registration
from shared.errors import NeedsPassword
from shared.identities import Account

if TYPE_CHECKING:
    from shared.callers import Caller


class SignUp(Protocol):
    def register(self, email: str, password: str, caller: Caller) -> Account | None:
        """Register the address, and return the new account. Return None when the address is
        taken and the answer must not reveal it.

        Raises UserExists where a taken address may be revealed. Where it may not, raises
        TooManyAttempts, before anything is done, when there were too many requests for mail.
        Raises Unavailable.
        """

    def invite(self, email: str, caller: Caller) -> None:
        """Have a link mailed that signs up with a passkey and without a password, or to whoever has
        the address, that it is taken. Raises NeedsPassword on a stage where nobody can sign up so,
        TooManyAttempts or Unavailable."""


class OpenSignUp:
    """A SignUp that raises UserExists."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def register(self, email: str, password: str, caller: Caller) -> Account | None:
        return self._registration.register(email, password)

    def invite(self, email: str, caller: Caller) -> None:
        raise NeedsPassword
