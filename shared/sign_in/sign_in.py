"""What every way to sign in ends with: a session, confirmed and within the person's limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.sessions.lifecycle import Sessions
    from shared.sessions.state import Session
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sessions.user_sessions import UserSessions


class SignIn:
    def __init__(self, sessions: Sessions, user_sessions: UserSessions) -> None:
        self._sessions, self._user_sessions = sessions, user_sessions

    def open(self, user_id: str, caller: Caller, confirm: Callable[[], None]
             ) -> tuple[Session, IssuedTokens]:
        """Return a new session of `user_id` for `caller` and its tokens.

        `confirm` is called once the session is stored. It raises if what the user signed in
        with no longer holds; the session is then withdrawn, and no older one ends for it.
        Raises Unavailable when the store cannot answer.
        """
        def confirm_and_limit() -> None:
            confirm()
            self._user_sessions.trim(user_id)

        return self._sessions.open(user_id, caller, confirm_and_limit)
