"""Sign-up that reveals nothing about an address, for a stage that requires a verified one.

The answer is the same for a new address and for a taken one, whose owner gets a mail.
"""

from shared.accounts.registration import Registration
from shared.accounts.sign_up import SignedUp
from shared.errors import UserExists
from shared.mail.links import MailedLinks
from shared.mail.pace import Pace
from shared.tokens.mail_tokens import Purpose


class QuietSignUp:
    """A SignUp that mails a link, and takes the same whole seconds for every address."""

    def __init__(self, registration: Registration, links: MailedLinks, pace: Pace) -> None:
        self._registration, self._links, self._pace = registration, links, pace

    def register(self, email: str, password: str) -> SignedUp:
        with self._pace.whole_seconds():
            try:
                account = self._registration.register(email, password)
            except UserExists:
                return SignedUp(None, self._links.tell_taken(email))
            return SignedUp(account, self._links.request(email, Purpose.VERIFY_EMAIL))
