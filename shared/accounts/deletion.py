"""Deletes an account with all that is held of it.

Sessions are swept before the account is deleted and once more after it, as with a change of the
password (`password_changes`). A sign-in under way has either stored its session before the second
sweep, or finds the identity gone and withdraws its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import BadCredentials
from shared.sign_in.user_proofs import LINK, SESSION, of_user

if TYPE_CHECKING:
    from shared.identities import IdentityStore, UserStore
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.attempts import Attempts
    from shared.sign_in.user_proofs import UserProofs


class Deletion:
    def __init__(self, users: UserStore, identities: IdentityStore, attempts: Attempts,
                 proofs: UserProofs, user_sessions: UserSessions) -> None:
        self._users, self._identities, self._attempts = users, identities, attempts
        self._proofs, self._user_sessions = proofs, user_sessions

    def delete(self, user_id: str, password: str, session_id: str) -> None:
        """Delete the account, its identity, its own attempts and its sessions, the session
        `session_id` last.

        The address is free again.

        Raises TooManyAttempts or BadCredentials for the password. If another request has deleted
        the account before, or after the password was checked, that counts as success.
        """
        account = self._users.find(user_id)
        if account is not None:
            identity = self._proofs.prove(SESSION, user_id, account.email, password)
            self._user_sessions.end_all(user_id, session_id)
            # The count at the address is of strangers, and forgotten within a day. If it ended with
            # the account, it would tell them of it. That of the session was cleared by the proof.
            self._attempts.clear(self._attempts.subject(of_user(LINK, user_id)))
            if not self._identities.delete(identity):
                raise BadCredentials
        self._user_sessions.end_all(user_id, last_session_id=session_id)
