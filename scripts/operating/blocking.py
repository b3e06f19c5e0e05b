"""End the sessions of a person, and keep them from signing in.

A block sweeps the sessions before it is written and once more after it, as a change of the password
does (`shared/accounts/password_changes.py`). A sign-in under way has either stored its session
before the second sweep, so that it is ended, or reads the account after the block and withdraws its
session (`SignIn`). A refresh writes only to a session that is there, so it brings none back. What
ends half way leaves fewer sessions, and is finished by the same call again.

Sessions are deleted one by one. Whoever may delete many at once (BatchWriteItem) may also write
them, and with that give themselves roles.
"""

from collections.abc import Callable
from typing import NamedTuple

from shared.errors import NotFound
from shared.identities import Account
from shared.sessions.state import Lifetimes
from shared.sessions.user_sessions import ROUNDS
from shared.stores.sessions import DynamoSessionStore
from shared.stores.users import DynamoUserStore


class Blocked(NamedTuple):
    """The account as it is now, and how many live sessions were ended."""

    account: Account
    ended: int


class Blocking:
    """`now` returns epoch seconds. Every method raises Unavailable when a store cannot answer."""

    def __init__(self, users: DynamoUserStore, sessions: DynamoSessionStore,
                 lifetimes: Lifetimes, now: Callable[[], int]) -> None:
        self._users, self._sessions = users, sessions
        self._lifetimes, self._now = lifetimes, now

    def block(self, user_id: str) -> Blocked:
        """Block the account, also if it is blocked already. Raises NotFound if it is gone."""
        ended = self.end_sessions(user_id)
        account = self._users.block(user_id, self._now())
        if account is None:
            raise NotFound
        return Blocked(account, ended + self.end_sessions(user_id))

    def unblock(self, seen: Account) -> Account:
        """End the block of `seen`, and no later one. Return the account as it is now, or raise
        NotFound if it is gone."""
        account = self._users.unblock(seen) if seen.blocked_at else seen
        if account is None:
            raise NotFound
        return account

    def end_sessions(self, user_id: str) -> int:
        """End all sessions, the live ones first, and return how many of those there were."""
        now, ended = self._now(), 0
        # The second round is for sessions that one of the first has opened by a code meanwhile
        # (`UserSessions`).
        for _ in range(ROUNDS):
            is_live = {session.session_id: self._lifetimes.is_live(session, now)
                       for session in self._sessions.every(user_id)}
            if not is_live:
                break
            for session_id in sorted(is_live, key=is_live.__getitem__, reverse=True):
                if self._sessions.delete(user_id, session_id):
                    ended += is_live[session_id]
        return ended
