"""All sessions of one user: list them, limit their number, end them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import NotFound
from shared.sessions.state import PASSKEY_METHODS

if TYPE_CHECKING:
    from shared.sessions.session_store import SessionStore
    from shared.sessions.state import Lifetimes, Session

# The form in which uuid4 writes them. Anything else is refused without asking the store.
SESSION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
# How many sessions that are over a sign-in drops, in four batches; TTL sweeps the rest.
MOST_DROPPED = 100
# A session that is opened by another one opens none itself, so that two rounds find all.
ROUNDS = 2


class UserSessions:
    """At most `max_sessions` live sessions a person; `now` returns epoch seconds."""

    def __init__(self, store: SessionStore, lifetimes: Lifetimes, max_sessions: int,
                 now: Callable[[], int]) -> None:
        self._store, self._lifetimes, self._now = store, lifetimes, now
        self._max_sessions = max_sessions

    def live(self, user_id: str) -> list[Session]:
        """Return the live sessions of a person, the newest first."""
        return self._live(self._store.every(user_id), self._now())

    def trim(self, user_id: str, keep_session_id: str, source_session_id: str = "") -> None:
        """End the oldest live sessions beyond the limit, and drop some that are over. The one that
        the kept one comes from, if it does from one, counts as the youngest of the others.

        Each sign-in trims after it has stored its own session, which it never ends. Of several
        sign-ins at once, the last one to read the list sees all their sessions and leaves no more
        than the limit, in whatever order they run. As none ends its own session but each may end
        another's, one less than the limit may be left, and with a limit of one none.
        """
        now = self._now()
        found = self._store.every(user_id)
        live = sorted(self._live(found, now), key=lambda session: (
            session.session_id != keep_session_id, session.session_id != source_session_id))
        over = [session for session in found if self._lifetimes.is_over(session, now)]
        self._store.delete_many(user_id, [
            session.session_id for session in live[self._max_sessions:] + over[:MOST_DROPPED]])

    def end(self, user_id: str, session_id: str) -> None:
        """End one session, or raise NotFound when the person has none of this id."""
        if not SESSION_ID.fullmatch(session_id) or not self._store.delete(user_id, session_id):
            raise NotFound

    def end_all(self, user_id: str, keep_session_id: str = "", last_session_id: str = "") -> int:
        """End all sessions except one to keep, and return how many of the ended ones were live.

        Live ones end before the rest. The caller's own session ends last, because the caller needs
        its access token to try again if only some could be ended.
        """
        spared = (keep_session_id, last_session_id)
        ended, left = self._sweep(user_id, lambda session: session.session_id not in spared)
        last = [session for session in left if session.session_id != keep_session_id]
        if last and self._store.delete(user_id, last_session_id):
            ended += self._lifetimes.is_live(last[0], self._now())
            ended += self._sweep(user_id, lambda session: session.session_id != keep_session_id)[0]
        return ended

    def end_below_aal2(self, user_id: str, keep_session_id: str) -> None:
        """End all sessions in which a password alone was shown, except one to keep."""
        self._sweep(user_id, lambda session: (session.proven.acr != "aal2"
                                              and session.session_id != keep_session_id))

    def end_by_passkey(self, user_id: str, keep_session_id: str) -> None:
        """End all sessions in which a passkey counts, except one to keep."""
        self._sweep(user_id, lambda session: (
            not PASSKEY_METHODS.isdisjoint(session.proven.amr)
            and session.session_id != keep_session_id))

    def _sweep(self, user_id: str, is_meant: Callable[[Session], bool]
               ) -> tuple[int, list[Session]]:
        """End the sessions that are meant, the live ones first. Return how many live ones these
        were, and the others.

        Where some were ended, the list is read once more. A session that one of them opened by a
        code meanwhile (`shared/sign_in/code_sign_in.py`) is in it, or finds that one gone.
        """
        now, ended = self._now(), 0
        left: list[Session] = []
        for _ in range(ROUNDS):
            found = self._store.every(user_id)
            is_live = {session.session_id: self._lifetimes.is_live(session, now)
                       for session in found if is_meant(session)}
            left = [session for session in found if session.session_id not in is_live]
            if not is_live:
                break
            self._store.delete_many(user_id, sorted(is_live, key=is_live.__getitem__,
                                                    reverse=True))
            ended += sum(is_live.values())
        return ended, left

    def _live(self, sessions: list[Session], now: int) -> list[Session]:
        live = [session for session in sessions if self._lifetimes.is_live(session, now)]
        return sorted(live, key=lambda s: (s.created_at, s.session_id), reverse=True)
