"""Verifies the address of an account, by a mailed link together with the account's own credential.

A link alone shows who reads the mail of an address, but not whose the account is: anybody can sign
up with anybody's address. So the owner's click must not verify an account whose password is a
stranger's. Only together with that password, or with a session that was opened with it, does a link
verify. It dies with the password, like the links that reset it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import InvalidLink
from shared.sign_in.user_proofs import LINK
from shared.tokens.mail_tokens import MailClaims, Purpose

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.mail.links import MailedLinks
    from shared.sign_in.user_proofs import UserProofs


class Verification:
    """Verifying again what is verified succeeds, so that a request can be repeated. `rehash` stores
    a hash of today's kind if that of a right password is older."""

    def __init__(self, links: MailedLinks, identities: IdentityStore,
                 proofs: UserProofs, rehash: Callable[[Identity, str], None]) -> None:
        self._links, self._identities, self._proofs = links, identities, proofs
        self._rehash = rehash

    def by_password(self, token: str, password: str) -> Identity:
        """Verify the address, and return the identity as it was before, whose password was proven
        just now. Raises InvalidLink, TooManyAttempts, BadCredentials or Unavailable."""
        identity, link = self._owner(token)
        proven = self._proofs.prove(LINK, identity.user_id, identity.name, password)
        self._verify(proven, link)
        self._rehash(proven, password)
        return proven

    def by_session(self, token: str, user_id: str) -> Identity:
        """Verify the address of a user who is signed in, and return the identity as it was before.
        Raises InvalidLink or Unavailable."""
        identity, link = self._owner(token)
        if identity.user_id != user_id:
            raise InvalidLink
        self._verify(identity, link)
        return identity

    def _owner(self, token: str) -> tuple[Identity, MailClaims]:
        """Return the identity that a link verifies, and its claims. A link that has died with the
        password must not be a way to guess at the new one."""
        identity, link = self._links.owner(token, Purpose.VERIFY_EMAIL)
        if identity.password_version != link.password_version:
            raise InvalidLink
        return identity, link

    def _verify(self, identity: Identity, link: MailClaims) -> None:
        if (link != MailClaims(identity.user_id, identity.password_version)
                or not self._identities.verify(identity)):
            raise InvalidLink
