"""Sign-up, and what may be told of it.

Without mail, only the plain 409 can tell a person why there is no new account; with it,
`quiet_sign_up` tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.accounts.registration import Registration
from shared.identities import Account

if TYPE_CHECKING:
    from shared.errors import MailNotSent


class SignedUp(NamedTuple):
    """The new account, None when its address is taken and nobody may know; and the failure
    that the answer must not tell of, if there was one."""

    account: Account | None
    hidden_failure: MailNotSent | None = None


class SignUp(Protocol):
    def register(self, email: str, password: str) -> SignedUp: ...


class OpenSignUp:
    """A SignUp that raises UserExists."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration

    def register(self, email: str, password: str) -> SignedUp:
        return SignedUp(self._registration.register(email, password))
