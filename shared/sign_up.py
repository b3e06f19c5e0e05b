"""Sign-up, openly or quietly.

A stage that requires a verified address need not tell a stranger whether an address is
taken: the answer is the same for both, and the owner of a taken one gets a mail. Without
mail, only the plain 409 can tell the person why there is no new account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shared.accounts import Account, Registration
from shared.errors import UserExists
from shared.mail_tokens import Purpose

if TYPE_CHECKING:
    from shared.mailed_links import MailedLinks
    from shared.pace import Pace


class SignUp(Protocol):
    def register(self, email: str, password: str) -> Account | None:
        """Return the new account, or None when its address is taken and nobody may know."""


class QuietSignUp:
    """A SignUp that mails a link, and takes the same whole seconds either way."""

    def __init__(self, registration: Registration, links: MailedLinks, pace: Pace) -> None:
        self._registration, self._links, self._pace = registration, links, pace

    def register(self, email: str, password: str) -> Account | None:
        with self._pace.whole_seconds():
            try:
                account = self._registration.register(email, password)
            except UserExists:
                self._links.tell_taken(email)
                return None
            self._links.request(email, Purpose.VERIFY_EMAIL)
            return account
