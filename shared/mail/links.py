"""Links in mail that were followed: find the account that one is about."""

from shared.errors import InvalidLink, MailNotConfigured
from shared.identities import (EMAIL_ADDRESS, Identity, IdentityStore,
                               UserStore)
from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose


class MailedLinks:
    """`tokens` is None on a stage that sends no mail."""

    def __init__(self, users: UserStore, identities: IdentityStore, tokens: MailTokens | None
                 ) -> None:
        self._users, self._identities, self._tokens = users, identities, tokens

    def owner(self, token: str, purpose: Purpose) -> tuple[Identity, MailClaims]:
        """Return the present identity that a followed link is about, and the link's claims.

        Raises MailNotConfigured, InvalidLink or Unavailable.
        """
        if self._tokens is None:
            raise MailNotConfigured
        claims = self._tokens.verify(token, purpose)
        account = self._users.find(claims.user_id)
        identity = self._identities.find(EMAIL_ADDRESS, account.email) if account else None
        if identity is None or identity.user_id != claims.user_id:
            raise InvalidLink
        return identity, claims
