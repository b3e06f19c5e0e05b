"""Sign-up, and what its answer may reveal.

Without mail, only a 409 can tell a user why there is no new account. With mail, `quiet_sign_up`
reveals nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.accounts.registration import Registration
from shared.identities import Account

if TYPE_CHECKING:
    from shared.errors import MailNotSent


class SignedUp(NamedTuple):
    """The new account, or None when its address is taken and the answer must not reveal it;
    and a failure that only the log may show, if there was one."""

    account: Account | None
    hidden_failure: MailNotSent | None = None


class SignUp(Protocol):
    def register(self, email: str, password: str) -> SignedUp:
        """Register the address.

        Raises UserExists where a taken address may be revealed, TooManyAttempts where it may not
        and the address was mailed too often, and Unavailable.
        """


class OpenSignUp:
    """A SignUp that raises UserExists."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def register(self, email: str, password: str) -> SignedUp:
        return SignedUp(self._registration.register(email, password))
