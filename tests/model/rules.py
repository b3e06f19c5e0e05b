"""The rules under test: this project's own code, stopped at each call of the store.

SignIn, Sessions, StepUp and Reauthentication are run from their beginning with the store's answers
so far, and stopped at the first call that has no answer yet. So it is the code itself that decides
what comes next, and the model that decides what happens in between.
"""

from functools import lru_cache
from typing import NamedTuple, Protocol

from shared.callers import Assurance, Caller
from shared.errors import AuthenticationError, Unavailable
from shared.sessions.lifecycle import Sessions
from shared.sessions.state import BY_PASSWORD, Lifetimes
from shared.sessions.step_up import StepUp
from shared.sessions.token_pairs import IssuedTokens
from shared.sessions.user_sessions import UserSessions
from shared.sign_in.reauthentication import Reauthentication
from shared.sign_in.sign_in import SignIn
from shared.tokens.access_tokens import Access
from shared.tokens.session_tokens import Claims, TokenType
from tests.model.legible import LegibleTokens, verified
from tests.model.people import (OWNER, Accounts, GoodCodes, NoDevices, NoFreshness, OwnersAsNeeded,
                                Passwords)
from tests.model.script import Script, ScriptedSessions, Stopped
from tests.model.state import (AT_SIGN_IN, CLIENT_ID, NEVER, NO_PROOF, SESSION_ID, SHOWS, USER_ID,
                               Made, Pair, Response, expiries)
from tests.model.store import Call


class Outcome(NamedTuple):
    """How a request ended: "pair" (with the pair, and what it says about how its user has shown who
    they are), "passed", "enrolled", "signed_out", "ended", "unauthorized", "unproven"
    (invalid_dpop_proof), "guessed" (bad_credentials), "blocked" or "unavailable"."""

    name: str
    pair: Pair = Pair(NEVER, NEVER)
    shown: Assurance = AT_SIGN_IN


class Rules(Protocol):
    def step(self, kind: str, pair: Pair, now: int, responses: tuple[Response, ...],
             proof: Made = NO_PROOF) -> Call | Outcome:
        """Return what a request does once the store has given `responses`."""


# By their names on the wire.
_REFUSALS = {"session_ended": "ended", "unauthorized": "unauthorized",
             "invalid_dpop_proof": "unproven", "bad_credentials": "guessed",
             "account_blocked": "blocked", "unavailable": "unavailable"}


class Parts(NamedTuple):
    """What the rules are made of: parts of the service, and of the model's world around it."""

    user_sessions: type[UserSessions] = UserSessions
    step_up: type[StepUp] = StepUp
    sessions: type[ScriptedSessions] = ScriptedSessions
    accounts: type[Accounts] = Accounts


class OurRules:
    """The service, at the instant `now`."""

    def __init__(self, lifetimes: Lifetimes, parts: Parts = Parts()) -> None:
        self._lifetimes, self._parts = lifetimes, parts

    @lru_cache(maxsize=None)
    def step(self, kind: str, pair: Pair, now: int, responses: tuple[Response, ...],
             proof: Made = NO_PROOF) -> Call | Outcome:
        script = Script(responses, self._lifetimes)
        try:
            if kind == "open":
                return self._open(script, now)
            claims = _claims(pair, self._lifetimes)
            return self._run(script, kind, claims, verified(claims[0], proof, lambda: now), now)
        except Stopped as stopped:
            return stopped.call
        except (AuthenticationError, Unavailable) as refusal:
            return Outcome(_REFUSALS[refusal.name])

    def _open(self, script: Script, now: int) -> Outcome:
        store = self._parts.sessions(script)
        limit = self._parts.user_sessions(store, self._lifetimes, 1, lambda: now)
        sessions = Sessions(store, LegibleTokens(), self._lifetimes, lambda: now)
        signed_in = SignIn(self._parts.accounts(script), sessions, limit, NoDevices()).open(
            OWNER, BY_PASSWORD, Caller(CLIENT_ID), lambda: None)
        return _pair(signed_in.issued)

    def _run(self, script: Script, kind: str, claims: tuple[Claims, Claims], access: Access,
             now: int) -> Outcome:
        store = self._parts.sessions(script)
        if kind in SHOWS or kind == "guess":
            step_up = self._parts.step_up(store, LegibleTokens(), self._lifetimes, lambda: now)
            return _step_up(step_up, kind, access)
        sessions = Sessions(store, LegibleTokens(), self._lifetimes, lambda: now)
        if kind == "refresh":
            refresh_token = LegibleTokens().mint(claims[1], TokenType.REFRESH)
            return _pair(sessions.refresh(access, refresh_token)[1])
        if kind == "call":
            sessions.authorize(access.claims)
            return Outcome("passed")
        sessions.end(access.claims)
        return Outcome("signed_out")


def _step_up(step_up: StepUp, kind: str, access: Access) -> Outcome:
    if kind == "enrol":
        step_up.record(USER_ID, SESSION_ID, SHOWS[kind])
        return Outcome("enrolled")
    again = Reauthentication(OwnersAsNeeded(kind == "code"), Passwords(kind == "password"),
                             GoodCodes(), NoFreshness(), step_up)
    renewed = (again.by_code(access, kind, lambda email, codes_left: None) if kind == "code"
               else again.by_password(access, kind))
    return _pair(renewed.issued)


def _pair(issued: IssuedTokens) -> Outcome:
    granted = LegibleTokens().verify(issued.access_token, TokenType.ACCESS, CLIENT_ID)
    return Outcome("pair", Pair(granted.generation, granted.issued_at),
                   Assurance(granted.auth_time, granted.amr, granted.acr))


def _claims(pair: Pair, lifetimes: Lifetimes) -> tuple[Claims, Claims]:
    access, refresh = (Claims(USER_ID, CLIENT_ID, SESSION_ID, pair.generation,
                              pair.refreshed_at, expires_at)
                       for expires_at in expiries(pair, lifetimes))
    return access, refresh
