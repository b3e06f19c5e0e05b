"""Links in mail: send one, and find the account of one that was followed.

Asking for a link reveals nothing about an address. The answer is the same whether it has an
account or not, and whether the mail could be sent or not; a failure is returned, to be logged.
Mail to one address is limited by the same rules as attempts at its password.
"""

from dataclasses import dataclass

from shared.errors import (InvalidLink, MailNotConfigured, MailNotSent,
                           TooManyAttempts)
from shared.identities import (EMAIL_ADDRESS, Identity, IdentityStore,
                               UserStore)
from shared.mail.letters import LETTERS, TAKEN, UNFINISHED, Letter, compose
from shared.mail.mailer import Mailer
from shared.sign_in.attempts import Attempts
from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail shows: the service's name, and the web address of its links."""

    service_name: str
    link_url: str


class MailedLinks:
    """`mailer` is None on a stage that sends no mail; the methods then raise MailNotConfigured."""

    def __init__(self, users: UserStore, identities: IdentityStore, attempts: Attempts,
                 tokens: MailTokens, mailer: Mailer | None, letterhead: Letterhead) -> None:
        self._users, self._identities, self._attempts = users, identities, attempts
        self._tokens, self._mailer, self._letterhead = tokens, mailer, letterhead

    def request(self, email: str, purpose: Purpose) -> MailNotSent | None:
        """Mail a link if the address has an account that needs one; return a failure of the mail.

        Raises MailNotConfigured or Unavailable, and TooManyAttempts for a known address as for
        an unknown one.
        """
        self.require_mail()
        self._reserve(email, purpose)
        identity = self._identities.find(EMAIL_ADDRESS, email)
        if identity is None or (purpose is Purpose.VERIFY_EMAIL and identity.verified):
            return None
        return self._send_link(LETTERS[purpose], identity, purpose)

    def request_reset(self, email: str) -> MailNotSent | None:
        """Mail a reset link if the address has an account; return a failure of the mail.

        Raises MailNotConfigured or Unavailable.
        """
        try:
            return self.request(email, Purpose.RESET_PASSWORD)
        except TooManyAttempts:
            # The owner has had several links; a refusal would reveal that somebody asked.
            return None

    def tell_taken(self, email: str) -> MailNotSent | None:
        """Tell the owner of an address by mail that somebody tried to sign up with it.

        This mail counts like the one that a new address gets, so that the limit reveals nothing.
        While the address is not verified, the mail lets its owner choose the password, because
        the person who signed up first may not be the owner. Raises TooManyAttempts or Unavailable.
        """
        self._reserve(email, Purpose.VERIFY_EMAIL)
        identity = self._identities.find(EMAIL_ADDRESS, email)
        if identity is None or identity.verified:
            return self._send(TAKEN, email)
        return self._send_link(UNFINISHED, identity, Purpose.RESET_PASSWORD)

    def owner(self, token: str, purpose: Purpose) -> tuple[Identity, MailClaims]:
        """Return the present identity that a followed link is about, and the link's claims.

        Raises MailNotConfigured, InvalidLink or Unavailable.
        """
        self.require_mail()
        claims = self._tokens.verify(token, purpose)
        account = self._users.find(claims.user_id)
        identity = self._identities.find(EMAIL_ADDRESS, account.email) if account else None
        if identity is None or identity.user_id != claims.user_id:
            raise InvalidLink
        return identity, claims

    def require_mail(self) -> Mailer:
        if self._mailer is None:
            raise MailNotConfigured
        return self._mailer

    def _reserve(self, email: str, purpose: Purpose) -> None:
        self._attempts.reserve(self._attempts.subject(f"{purpose.name} {email}"))

    def _send_link(self, letter: Letter, identity: Identity, purpose: Purpose
                   ) -> MailNotSent | None:
        claims = MailClaims(identity.user_id, identity.password_version)
        return self._send(letter, identity.name, self._tokens.mint(claims, purpose))

    def _send(self, letter: Letter, email: str, token: str = "") -> MailNotSent | None:
        try:
            self.require_mail().send(compose(letter, email, self._letterhead.service_name,
                                             self._letterhead.link_url, token))
        except MailNotSent as failure:
            return failure
        return None
