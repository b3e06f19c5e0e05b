"""Ask for another address of an account: whoever does so shows afresh who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import InvalidRequest

if TYPE_CHECKING:
    from shared.callers import Assurance, Caller
    from shared.mail.requests import MailRequests
    from shared.sign_in.trusted_owners import TrustedOwners


class EmailChangeRequests:
    def __init__(self, owners: TrustedOwners, mail: MailRequests) -> None:
        self._owners, self._mail = owners, mail

    def ask(self, user_id: str, session_id: str, assurance: Assurance, email: str,
            caller: Caller) -> str:
        """Have a link mailed to `email` that makes it the address of this user, or the news that
        it has an account; return the present address.

        Nobody can tell which, because the address is looked up only later. Raises Unauthorized if
        the account is gone or the session has ended, ReauthenticationRequired, InvalidRequest for
        the present address, MailNotConfigured, TooManyRequests or Unavailable.
        """
        identity = self._owners.find(user_id, session_id, assurance)
        if identity.name == email:
            raise InvalidRequest("this is the address of the account already")
        self._mail.ask_change(identity, email, caller)
        return identity.name
