"""The rules under test: this project's own code, stopped at each call of the store.

shared.sign_in.sign_in.SignIn and shared.sessions.lifecycle.Sessions are run from their beginning
with the store's answers so far, and stopped at the first call that has no answer yet. So it is
the code itself that decides what comes next, and the model that decides what happens in between.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, Protocol

from shared.callers import Caller
from shared.errors import AuthenticationError, Unavailable
from shared.identities import EMAIL_ADDRESS, Identity
from shared.sessions.lifecycle import Sessions
from shared.sessions.state import BY_PASSWORD, Lifetimes, Session, Written
from shared.sessions.token_pairs import IssuedTokens
from shared.sessions.user_sessions import UserSessions
from shared.sign_in.sign_in import SignIn
from shared.tokens.access_tokens import Access
from shared.tokens.device_tokens import Device, DeviceTokens
from shared.tokens.session_tokens import Claims, TokenType
from tests.model.legible import LegibleTokens, verified
from tests.model.state import (CLIENT_ID, NEVER, NO_PROOF, SESSION_ID, USER_ID, Made, Pair,
                               Response, expiries, session)
from tests.model.store import Call


class Outcome(NamedTuple):
    """How a request ended: "pair" (with the pair), "passed", "signed_out", "ended",
    "unauthorized", "unproven" (invalid_dpop_proof) or "unavailable"."""

    name: str
    pair: Pair = Pair(NEVER, NEVER)


class Rules(Protocol):
    def step(self, kind: str, pair: Pair, now: int, responses: tuple[Response, ...],
             proof: Made = NO_PROOF) -> Call | Outcome:
        """Return what a request does once the store has given `responses`."""


class _NoDevices(DeviceTokens):
    """Whether a device is known decides about no session."""

    def __init__(self) -> None:
        pass

    def mint(self, device: Device) -> str:
        return device.device_id


class _NoUsers:
    """Roles decide about no session, and nobody changes them here."""

    def find(self, _user_id: str) -> None:
        return None


# By their names on the wire.
_REFUSALS = {"session_ended": "ended", "unauthorized": "unauthorized",
             "invalid_dpop_proof": "unproven", "unavailable": "unavailable"}
OWNER = Identity(EMAIL_ADDRESS, "ada@example.org", USER_ID, None, 0)


class OurRules:
    """The service, at the instant `now`."""

    def __init__(self, lifetimes: Lifetimes,
                 user_sessions: type[UserSessions] = UserSessions) -> None:
        self._lifetimes, self._user_sessions = lifetimes, user_sessions

    @lru_cache(maxsize=None)
    def step(self, kind: str, pair: Pair, now: int, responses: tuple[Response, ...],
             proof: Made = NO_PROOF) -> Call | Outcome:
        store = _Script(responses, self._lifetimes)
        service = Sessions(store, LegibleTokens(), self._lifetimes, lambda: now)
        try:
            if kind == "open":
                limit = self._user_sessions(store, self._lifetimes, 1, lambda: now)
                signed_in = SignIn(_NoUsers(), service, limit, _NoDevices()).open(
                    OWNER, BY_PASSWORD, Caller(CLIENT_ID), lambda: None)
                return _pair(signed_in.issued)
            claims = _claims(pair, self._lifetimes)
            return _run(service, kind, claims, verified(claims[0], proof, lambda: now))
        except _Stopped as stopped:
            return stopped.call
        except (AuthenticationError, Unavailable) as refusal:
            return Outcome(_REFUSALS[refusal.name])


def _run(service: Sessions, kind: str, claims: tuple[Claims, Claims], access: Access) -> Outcome:
    if kind == "refresh":
        refresh_token = LegibleTokens().mint(claims[1], TokenType.REFRESH)
        return _pair(service.refresh(access, refresh_token)[1])
    if kind == "call":
        service.authorize(access.claims)
        return Outcome("passed")
    service.end(access.claims)
    return Outcome("signed_out")


def _pair(issued: IssuedTokens) -> Outcome:
    granted = LegibleTokens().verify(issued.access_token, TokenType.ACCESS, CLIENT_ID)
    return Outcome("pair", Pair(granted.generation, granted.issued_at))


def _claims(pair: Pair, lifetimes: Lifetimes) -> tuple[Claims, Claims]:
    access, refresh = (Claims(USER_ID, CLIENT_ID, SESSION_ID, pair.generation,
                              pair.refreshed_at, expires_at)
                       for expires_at in expiries(pair, lifetimes))
    return access, refresh


def _number(remembered: str) -> int:
    return int(remembered.rpartition("-")[2] or NO_PROOF.number)


class _Stopped(BaseException):
    """Not an Exception, so that no rule can handle it."""

    def __init__(self, call: Call) -> None:
        self.call = call


class _Script:
    """A SessionStore that gives the answers it was handed, then stops. The person has one more
    session, which was opened elsewhere a moment later, and the limit is one."""

    def __init__(self, responses: tuple[Response, ...], lifetimes: Lifetimes) -> None:
        self._responses, self._lifetimes = iter(responses), lifetimes
        self._opened = ""

    def put(self, session: Session, lifetimes: Lifetimes) -> None:
        self._opened = session.session_id
        self._next(Call("create", now=session.refreshed_at))

    def get(self, user_id: str, session_id: str) -> Session | None:
        return self._next(Call("get")).session

    def rotate(self, claims: Claims, now: int, lifetimes: Lifetimes, proof_id: str = ""
               ) -> Written:
        return self._next(Call("rotate", claims.generation, now=now, proof=_number(proof_id)))

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written:
        return self._next(Call("renew", seen.generation, seen.refreshed_at, now, acknowledge,
                               proof=_number(proof_id)))

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

    def _next(self, call: Call) -> Written:
        response = next(self._responses, None)
        if response is None:
            raise _Stopped(call)
        present = session(response.item, self._lifetimes) if response.item else None
        return Written(response.applied, present)
