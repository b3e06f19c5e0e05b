"""A store that gives the answers it was handed, then stops whoever asks on."""

from collections.abc import Iterator
from dataclasses import replace

from shared.callers import Assurance
from shared.sessions.state import Lifetimes, Proven, Session, Written
from shared.tokens.session_tokens import Claims
from tests.model.state import NO_PROOF, Response, session
from tests.model.store import Call


class Stopped(BaseException):
    """Not an Exception, so that no rule can handle it."""

    def __init__(self, call: Call) -> None:
        self.call = call


class Script:
    """The answers of the store, in their order."""

    def __init__(self, responses: tuple[Response, ...], lifetimes: Lifetimes) -> None:
        self._responses: Iterator[Response] = iter(responses)
        self._lifetimes = lifetimes

    def next(self, call: Call) -> Written:
        """Return the answer to this call, or raise Stopped when it has none yet."""
        response = next(self._responses, None)
        if response is None:
            raise Stopped(call)
        present = session(response.item, self._lifetimes) if response.item else None
        return Written(response.applied, present)


class ScriptedSessions:
    """A SessionStore. The person has one more session, which was opened elsewhere a moment later,
    and the limit is one."""

    def __init__(self, script: Script) -> None:
        self._next = script.next
        self._opened = ""

    def put(self, session: Session, lifetimes: Lifetimes) -> None:
        self._opened = session.session_id
        self._next(Call("create", now=session.refreshed_at))

    def get(self, user_id: str, session_id: str) -> Session | None:
        return self._next(Call("get")).session

    def rotate(self, claims: Claims, now: int, lifetimes: Lifetimes, proof_id: str = ""
               ) -> Written:
        return self._next(Call("rotate", claims.generation, now=now, proof=number(proof_id)))

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written:
        return self._next(Call("renew", seen.generation, seen.refreshed_at, now, acknowledge,
                               proof=number(proof_id)))

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        return self._next(Call("prove", seen.generation, seen.refreshed_at, now, acknowledge,
                               proof=number(proof_id), shown=Assurance(now, *proven),
                               before=Assurance(seen.auth_time, *seen.proven)))

    def acknowledge(self, seen: Session, now: int) -> None:
        self._next(Call("acknowledge", seen.generation, now=now))

    def delete(self, user_id: str, session_id: str) -> bool:
        return self._next(Call("delete")).applied

    def delete_many(self, user_id: str, session_ids: list[str]) -> None:
        if self._opened in session_ids:
            self._next(Call("delete"))

    def every(self, user_id: str) -> list[Session]:
        own = self._next(Call("list")).session
        if own is None:
            return []
        own = replace(own, session_id=self._opened)
        return [own, replace(own, session_id="another", created_at=own.created_at + 1)]


def number(remembered: str) -> int:
    """Return the model's number of a proof that the service would remember so."""
    return int(remembered.rpartition("-")[2] or NO_PROOF.number)
