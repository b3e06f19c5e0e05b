"""Links in mail that were followed: find the account that one is about."""

from shared.errors import InvalidLink, MailNotConfigured, Unauthorized
from shared.identities import Identity
from shared.sign_in.owners import Owners
from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose


class MailedLinks:
    """`tokens` is None on a stage that sends no mail."""

    def __init__(self, owners: Owners, tokens: MailTokens | None) -> None:
        self._owners, self._tokens = owners, tokens

    def claims(self, token: str, purpose: Purpose) -> MailClaims:
        """Return the claims of a followed link. Raises MailNotConfigured, InvalidLink or
        Unavailable."""
        if self._tokens is None:
            raise MailNotConfigured
        return self._tokens.verify(token, purpose)

    def owner(self, token: str, purpose: Purpose) -> tuple[Identity, MailClaims]:
        """Return the present identity that a followed link is about, and the link's claims.

        Raises what `claims` does.
        """
        claims = self.claims(token, purpose)
        try:
            return self._owners.find(claims.user_id), claims
        except Unauthorized as error:
            raise InvalidLink from error
