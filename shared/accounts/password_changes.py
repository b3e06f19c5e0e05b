"""Change or reset a password.

The password is changed first and the sessions are ended second. A sign-in with the old password
that is under way has either stored its session before that, so that it is ended, or reads the
identity after the change and withdraws its session (`Authentication.confirm`). If the sessions
cannot be ended, the answer is 503. Sending the same request again then ends them, because it
recognises its own change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import BadCredentials, InvalidLink
from shared.identities import EMAIL_ADDRESS

if TYPE_CHECKING:
    from shared.identities import Account, Identity, IdentityStore
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.authentication import Authentication
    from shared.sign_in.passwords import Passwords
    from shared.tokens.mail_tokens import MailClaims

# For how long the same request is taken for a retry of one that changed the password.
RETRY_SECONDS = 300


class PasswordChanges:
    """`now` returns epoch seconds."""

    def __init__(self, identities: IdentityStore, passwords: Passwords,
                 authentication: Authentication, user_sessions: UserSessions,
                 now: Callable[[], int]) -> None:
        self._identities, self._passwords, self._now = identities, passwords, now
        self._authentication, self._user_sessions = authentication, user_sessions

    def change(self, account: Account, current: str, new: str, keep_session_id: str) -> None:
        """Change the password and end all other sessions.

        Raises TooManyAttempts or BadCredentials for the current password.
        """
        try:
            identity = self._authentication.prove(account.email, current)
        except BadCredentials:
            if not self._is_recent(self._identities.find(EMAIL_ADDRESS, account.email)):
                raise
            # If this is a retry of a change that succeeded, the new password is right by now. If
            # it is not a retry, it is another guess, and it is counted as one.
            self._authentication.prove(account.email, new)
        else:
            if not self._store(identity, new):
                raise BadCredentials
        self._user_sessions.end_all(account.user_id, keep_session_id)

    def reset(self, identity: Identity, link: MailClaims, new: str) -> None:
        """Set the password by a link that was mailed, and end all sessions.

        Following the link shows who owns the address, so it also verifies the address and ends a
        wait after failed attempts. Raises InvalidLink when the password was changed since the
        link was mailed, and TooManyAttempts when a used link is followed again and again.
        """
        if identity.password_version == link.password_version:
            self._authentication.forgive(identity.name)
            if not self._store(identity, new, verifies=True):
                raise InvalidLink
        else:
            self._check_retry(identity, link, new)
        self._user_sessions.end_all(identity.user_id)

    def _store(self, seen: Identity, new: str, verifies: bool = False) -> bool:
        return self._identities.change_password(seen, self._passwords.hash(new), self._now(),
                                                verifies)

    def _check_retry(self, identity: Identity, link: MailClaims, new: str) -> None:
        """Return if this link was used lately to set `new`, else raise InvalidLink."""
        if identity.password_version != link.password_version + 1 or not self._is_recent(identity):
            raise InvalidLink
        try:
            # This is counted, so that a used link is no way to guess the password that it set.
            self._authentication.prove(identity.name, new)
        except BadCredentials as error:
            raise InvalidLink from error

    def _is_recent(self, identity: Identity | None) -> bool:
        """Whether the password was changed lately. Sign-up does not count as a change."""
        return (identity is not None and identity.password_version > 0
                and self._now() < identity.password_changed_at + RETRY_SECONDS)
