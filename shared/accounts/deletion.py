"""Deletes an account, its identity and its sessions.

The account is deleted first and its sessions second, as with a change of the password
(`password_changes`). A sign-in under way has either stored its session before they are deleted,
or finds the identity gone and withdraws its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BadCredentials

if TYPE_CHECKING:
    from shared.identities import IdentityStore, UserStore
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.authentication import Authentication


class Deletion:
    def __init__(self, users: UserStore, identities: IdentityStore,
                 authentication: Authentication, user_sessions: UserSessions) -> None:
        self._users, self._identities = users, identities
        self._authentication, self._user_sessions = authentication, user_sessions

    def delete(self, user_id: str, password: str, session_id: str) -> None:
        """Delete the account, its identity and its sessions, the session `session_id` last.

        The address is free again.

        Raises TooManyAttempts or BadCredentials for the password. If another request has deleted
        the account before, or after the password was checked, that counts as success.
        """
        account = self._users.find(user_id)
        if account is not None:
            identity = self._authentication.prove(account.email, password)
            if not self._identities.delete(identity):
                raise BadCredentials
        self._user_sessions.end_all(user_id, last_session_id=session_id)
