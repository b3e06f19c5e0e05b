"""Sign-up that reveals nothing about an address, for a stage that requires a verified one.

The answer is the same for a new address and for a taken one, whose owner gets a mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.accounts.registration import Registration
from shared.errors import NeedsPassword, UserExists
from shared.identities import Account
from shared.mail.errands import Occasion
from shared.mail.requests import MailRequests

if TYPE_CHECKING:
    from shared.callers import Caller


class QuietSignUp:
    """A SignUp that asks for a mail for every address."""

    def __init__(self, registration: Registration, mail: MailRequests, has_passkeys: bool) -> None:
        self._registration, self._mail = registration, mail
        self._has_passkeys = has_passkeys

    def register(self, email: str, password: str, caller: Caller) -> Account | None:
        self._mail.admit("sign-up", caller)
        try:
            account = self._registration.register(email, password)
        except UserExists:
            self._mail.post(Occasion.TAKEN, email, caller)
            return None
        self._mail.post(Occasion.VERIFY_EMAIL, email, caller)
        return account

    def invite(self, email: str, caller: Caller) -> None:
        if not self._has_passkeys:
            raise NeedsPassword
        self._mail.ask(Occasion.SIGN_UP, email, "", caller)
