"""What every way to sign in ends with: a new session, within the user's limit of sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.sessions.lifecycle import Sessions
    from shared.sessions.state import Session
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.authentication import Authentication


class SignIn:
    def __init__(self, authentication: Authentication, sessions: Sessions,
                 user_sessions: UserSessions) -> None:
        self._authentication, self._sessions = authentication, sessions
        self._user_sessions = user_sessions

    def with_password(self, email: str, password: str, caller: Caller
                      ) -> tuple[Session, IssuedTokens]:
        """Return a new session for `caller` and its tokens.

        Raises TooManyAttempts or BadCredentials for the password, Unavailable when a store
        cannot answer.
        """
        identity = self._authentication.authenticate(email, password)
        return self._open(identity.user_id, caller,
                          lambda: self._authentication.confirm(identity))

    def _open(self, user_id: str, caller: Caller, confirm: Callable[[], None]
              ) -> tuple[Session, IssuedTokens]:
        """`confirm` raises when the credentials that were checked have changed since."""
        def confirm_and_cap() -> None:
            confirm()
            self._user_sessions.trim(user_id)

        return self._sessions.open(user_id, caller, confirm_and_cap)
