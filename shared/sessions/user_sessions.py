"""All sessions of one user: list them, limit their number, end them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import NotFound

if TYPE_CHECKING:
    from shared.sessions.lifecycle import SessionStore
    from shared.sessions.state import Lifetimes, Session

# The form in which uuid4 writes them. Anything else is refused without asking the store.
SESSION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class UserSessions:
    """At most `max_sessions` live sessions a person; `now` returns epoch seconds."""

    def __init__(self, store: SessionStore, lifetimes: Lifetimes, max_sessions: int,
                 now: Callable[[], int]) -> None:
        self._store, self._lifetimes, self._now = store, lifetimes, now
        self._max_sessions = max_sessions

    def live(self, user_id: str) -> list[Session]:
        """Return the live sessions of a person, the newest first."""
        now = self._now()
        sessions = [session for session in self._store.every(user_id)
                    if self._lifetimes.is_live(session, now)]
        return sorted(sessions, key=lambda s: (s.created_at, s.session_id), reverse=True)

    def trim(self, user_id: str) -> None:
        """End the oldest sessions beyond the cap.

        Each sign-in trims after it has stored its own session. Of several sign-ins at once, the
        last one to read the list sees all their sessions, and none of them ends a session that is
        among the newest. So the cap holds in whatever order they run.
        """
        for session in self.live(user_id)[self._max_sessions:]:
            self._store.delete(user_id, session.session_id)

    def end(self, user_id: str, session_id: str) -> None:
        """End one session, or raise NotFound when the person has none of this id."""
        if not SESSION_ID.fullmatch(session_id) or not self._store.delete(user_id, session_id):
            raise NotFound

    def end_all(self, user_id: str, keep_session_id: str = "", last_session_id: str = "") -> int:
        """End all sessions except one to keep, and return how many of the ended ones were live.

        The caller's own session ends last, because the caller needs its access token to try again
        if only some could be ended.
        """
        now = self._now()
        found = sorted(self._store.every(user_id), key=lambda s: s.session_id == last_session_id)
        ended = [session for session in found
                 if session.session_id != keep_session_id
                 and self._store.delete(user_id, session.session_id)]
        return sum(self._lifetimes.is_live(session, now) for session in ended)
