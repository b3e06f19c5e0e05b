"""A SessionStore of shared.sessions in memory, with the conditions of DESIGN written out anew.

Each method is one atomic request, as with DynamoDB. What the SDK does when an answer is
lost, it does too: it sends the request again and reports how the second one went.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from shared.errors import Unavailable
from shared.sessions.state import Lifetimes, Proven, Session, Written
from shared.tokens.session_tokens import Claims

Condition = Callable[[Session], bool]
Change = Callable[[Session], Session]
T = TypeVar("T")


class MemorySessionStore:
    """`requests` counts what was asked of the store, retries included."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Session] = {}
        self.requests = 0
        self._answers_to_lose = 0

    def lose_answers(self, times: int) -> None:
        """Lose the answers of the next `times` writes; the SDK gives up after the third."""
        self._answers_to_lose = times

    def put(self, session: Session, lifetimes: Lifetimes) -> None:
        self.requests += 1
        self.items[session.user_id, session.session_id] = session

    def get(self, user_id: str, session_id: str) -> Session | None:
        self.requests += 1
        return self.items.get((user_id, session_id))

    def every(self, user_id: str) -> list[Session]:
        self.requests += 1
        return [session for session in self.items.values() if session.user_id == user_id]

    def rotate(self, claims: Claims, now: int, lifetimes: Lifetimes, proof_id: str = ""
               ) -> Written:
        def may_rotate(item: Session) -> bool:
            access_expires_at = min(item.refreshed_at + lifetimes.access_token_seconds,
                                    item.ends_at)
            return (item.client_id == claims.client_id and item.generation == claims.generation
                    and now < item.ends_at
                    and now < item.refreshed_at + lifetimes.session_idle_seconds
                    and now >= access_expires_at - lifetimes.early_refresh_seconds
                    and item.acknowledged_at is not None
                    and now > item.acknowledged_at + lifetimes.grace_seconds
                    and not (proof_id and item.proof_id == proof_id))

        return self._write((claims.user_id, claims.session_id), may_rotate, lambda item: replace(
            item, generation=item.generation + 1, refreshed_at=now, acknowledged_at=None,
            proof_id=proof_id or item.proof_id), proof_id, now)

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written:
        return self._renew(seen, now, acknowledge, proof_id, lambda item: True, lambda item: item)

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        instant = max(now, seen.refreshed_at)
        written = self._renew(
            seen, now, acknowledge, proof_id,
            lambda item: (item.auth_time, item.proven.amr) == (seen.auth_time, seen.proven.amr),
            lambda item: replace(item, auth_time=now, proven=proven, enrol_by=(
                None if len(proven.amr) > 1 else item.enrol_by)))
        found = written.session
        is_done = found is not None and found.generation == seen.generation and (
            found.refreshed_at, found.auth_time, found.proven) == (instant, now, proven)
        return Written(written.applied or is_done, found)

    def _renew(self, seen: Session, now: int, acknowledge: bool, proof_id: str,
               condition: Condition, change: Change) -> Written:
        instant = max(now, seen.refreshed_at)

        def renewed(item: Session) -> Session:
            acknowledged_at = item.acknowledged_at
            if acknowledge and acknowledged_at is None:
                acknowledged_at = instant
            return change(replace(item, refreshed_at=instant, acknowledged_at=acknowledged_at,
                                  proof_id=proof_id or item.proof_id))

        return self._write(
            (seen.user_id, seen.session_id),
            lambda item: condition(item) and (item.generation, item.refreshed_at) == (
                seen.generation, seen.refreshed_at), renewed, proof_id, instant)

    def acknowledge(self, seen: Session, now: int) -> None:
        self._write(
            (seen.user_id, seen.session_id),
            lambda item: item.generation == seen.generation and item.acknowledged_at is None,
            lambda item: replace(item, acknowledged_at=now))

    def delete(self, user_id: str, session_id: str) -> bool:
        existed = self.items.pop((user_id, session_id), None) is not None
        return self._answered(existed, lambda: True)

    def delete_many(self, user_id: str, session_ids: list[str]) -> None:
        self.requests += 1
        for session_id in session_ids:
            self.items.pop((user_id, session_id), None)

    def _write(self, key: tuple[str, str], condition: Condition, change: Change,
               proof_id: str = "", now: int = 0) -> Written:
        def attempt() -> Written:
            item = self.items.get(key)
            if item is None or not condition(item):
                return Written(False, item)
            self.items[key] = change(item)
            return Written(True, self.items[key])

        def another() -> Written:
            written = attempt()
            was_first = (proof_id and written.session is not None
                         and written.session.proof_id == proof_id
                         and written.session.refreshed_at == now)
            return Written(True, written.session) if was_first else written

        return self._answered(attempt(), another)

    def _answered(self, answer: T, again: Callable[[], T]) -> T:
        self.requests += 1
        for _ in range(2):
            if not self._answers_to_lose:
                return answer
            self._answers_to_lose -= 1
            self.requests += 1
            answer = again()
        if self._answers_to_lose:
            self._answers_to_lose = 0
            raise Unavailable("three answers were lost")
        return answer
