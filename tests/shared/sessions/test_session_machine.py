"""The promises of the session state machine, whatever happens on the way.

Honest tabs share one token store: a request takes the newest pair in it, no message is
under way for longer than the grace, any message may be lost, late or delivered twice, and
the store may lose answers of its own. `SessionWorld` checks each answer; here is who asks
what, and when. A thief plays by no rule but that he has only what was once in the store.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (RuleBasedStateMachine, initialize,
                                 precondition, rule, run_state_machine_as_test)

from shared.sessions import lifecycle, state
from shared.sessions.state import Decision, Lifetimes, Session
from shared.tokens.proofs import Proof
from shared.wiring.services import Services
from tests.support.application import Pair
from tests.support.memory_store import MemorySessionStore
from tests.support.session_world import SessionWorld
from tests.support.wire import Wire

# Access tokens that outlive the grace, as on every stage by default, and shorter-lived ones.
LONG = Lifetimes(access_token_seconds=200, session_idle_seconds=1500,
                 session_absolute_seconds=5000, early_refresh_seconds=10, grace_seconds=30)
SHORT = Lifetimes(access_token_seconds=60, session_idle_seconds=1500,
                  session_absolute_seconds=5000, early_refresh_seconds=5, grace_seconds=100)
STEPS = ("a second", "half the grace", "the grace", "just over the grace", "until stale",
         "until expired")


Rule = Callable[[Session | None, int, str, int, Lifetimes], Decision]


@dataclass(frozen=True)
class Message:
    """A request on its way, or an answer: the pair that it carries."""

    kind: str
    pair: Pair
    sent_at: int


class HonestTabs(RuleBasedStateMachine):
    """Nothing but what honest tabs do: they are never signed out before their time."""

    lifetimes: ClassVar[Lifetimes] = LONG
    a_thief_is_about: ClassVar[bool] = False

    def make_world(self) -> SessionWorld:
        store = MemorySessionStore()
        self.lose_answers: Callable[[int], None] = store.lose_answers
        return SessionWorld(store, lambda: store.requests, self.lifetimes)

    def __init__(self) -> None:
        super().__init__()
        self.world = self.make_world()
        self.newest = self.world.first_pair
        self.under_way: list[Message] = []

    @initialize(used=st.booleans())
    def begin(self, used: bool) -> None:
        if used:
            self.round_trip("use")

    @rule(kind=st.sampled_from(["refresh", "refresh", "use"]))
    def send(self, kind: str) -> None:
        self.under_way.append(Message(kind, self.newest, self.world.clock.now))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 3))
    def deliver(self, which: int) -> None:
        """Deliver a message; it may come again, and one that never comes is lost."""
        self._arrive(self.under_way[which % len(self.under_way)])

    @rule(kind=st.sampled_from(["refresh", "use"]))
    def round_trip(self, kind: str) -> None:
        under_way = len(self.under_way)
        self._arrive(Message(kind, self.newest, self.world.clock.now))
        for answer in self.under_way[under_way:]:
            self._arrive(answer)

    @rule(times=st.integers(1, 3))
    def lose_answers_of_the_store(self, times: int) -> None:
        self.lose_answers(times)

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step: str) -> None:
        """Let time pass; what was under way for longer than the grace is lost."""
        clock, lifetimes = self.world.clock, self.lifetimes
        expires_at = self.world.refreshed_at + lifetimes.access_token_seconds
        until = {"a second": clock.now + 1,
                 "half the grace": clock.now + lifetimes.grace_seconds // 2,
                 "the grace": clock.now + lifetimes.grace_seconds,
                 "just over the grace": clock.now + lifetimes.grace_seconds + 1,
                 "until stale": expires_at - lifetimes.early_refresh_seconds,
                 "until expired": expires_at}[step]
        self._wait_until(max(until, clock.now + 1))

    @precondition(lambda self: self.world.generation >= 2)
    @rule(end=st.sampled_from(["idle", "absolute"]), short_by=st.integers(0, 1))
    def wait_for_the_end(self, end: str, short_by: int) -> None:
        """Let a session grow old, now and then."""
        idle_at = self.world.refreshed_at + self.lifetimes.session_idle_seconds
        end_at = min(idle_at, self.world.session.ends_at) if end == "idle" else (
            self.world.session.ends_at)
        self._wait_until(max(end_at - short_by, self.world.clock.now))

    @rule(answer_arrives=st.booleans(),
          other_tab=st.sampled_from([None, "a second", "half the grace", "the grace"]))
    def carry_on(self, answer_arrives: bool, other_tab: str | None) -> None:
        """Let the tokens grow stale, refresh them as a tab does, and go on with the new ones;
        the same request of another tab is late by `other_tab`."""
        self.wait("just over the grace")
        self.wait("until stale")
        request = Message("refresh", self.newest, self.world.clock.now)
        if answer_arrives:
            self.round_trip("refresh")
        else:
            self._arrive(request)
        self.round_trip("use")
        if other_tab is not None:
            self.wait(other_tab)
            self._arrive(request)

    def teardown(self) -> None:
        for where in ("access token", "refresh token", "sign-out"):
            self.world.forge(self.newest, where)

    def _wait_until(self, instant: int) -> None:
        self.world.clock.now = instant
        self.under_way = [message for message in self.under_way
                          if instant <= message.sent_at + self.lifetimes.grace_seconds]

    def _arrive(self, message: Message) -> None:
        if message.kind == "refresh":
            answered = self.world.refresh(message.pair)
            assert self.a_thief_is_about or not self.world.replayed, "honest tabs were signed out"
            if answered is not None:
                self.under_way.append(Message("answer", answered, self.world.clock.now))
        elif message.kind == "use":
            self.world.use(message.pair)
        elif message.kind == "sign out":
            self.world.sign_out(message.pair)
        else:
            self.newest = max(self.newest, message.pair, key=self._age)

    def _age(self, pair: Pair) -> tuple[int, int]:
        claims = self.world.claims(pair)
        return claims.generation, claims.issued_at


class HonestTabsThatSignOut(HonestTabs):
    """A sign-out races with everything else: the session never comes back."""

    @precondition(lambda self: self.world.generation >= 1)
    @rule()
    def send_sign_out(self) -> None:
        self.under_way.append(Message("sign out", self.newest, self.world.clock.now))


class HonestTabsAndAThief(HonestTabsThatSignOut):
    """A thief copies the token store now and then, and plays what he has when he likes."""

    a_thief_is_about = True

    def __init__(self) -> None:
        super().__init__()
        self.stolen = [self.newest]

    @rule()
    def steal(self) -> None:
        self.stolen.append(self.newest)

    @rule(which=st.integers(0, 7))
    def replay(self, which: int) -> None:
        answered = self.world.refresh(self.stolen[which % len(self.stolen)])
        if answered is not None:
            self.stolen.append(answered)

    @rule(which=st.integers(0, 7))
    def use_stolen(self, which: int) -> None:
        self.world.use(self.stolen[which % len(self.stolen)])


def explore(machine: type[HonestTabs], lifetimes: Lifetimes, examples: int = 100,
            **changes: object) -> None:
    chosen = type(machine.__name__, (machine,), {"lifetimes": lifetimes, **changes})
    run_state_machine_as_test(chosen, settings=settings(
        max_examples=examples, stateful_step_count=50, print_blob=False,
        phases=(Phase.generate,)))


@pytest.mark.parametrize("lifetimes", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("machine", [HonestTabs, HonestTabsThatSignOut, HonestTabsAndAThief])
def test_no_interleaving_breaks_a_promise(machine: type[HonestTabs],
                                          lifetimes: Lifetimes) -> None:
    explore(machine, lifetimes)


@pytest.mark.parametrize("machine", [HonestTabs, HonestTabsAndAThief])
def test_nor_does_any_over_the_real_table(machine: type[HonestTabs], services: Services,
                                          wire: Wire) -> None:
    def make_world(machine: HonestTabs) -> SessionWorld:
        def lose_answers(times: int) -> None:
            wire.lose_answers("UpdateItem", times)
            wire.lose_answers("DeleteItem", times)

        wire.mend()
        machine.lose_answers = lose_answers
        return SessionWorld(services.session_store, lambda: len(wire.sent), LONG)

    explore(machine, LONG, examples=15, make_world=make_world)


def grace_from_the_rotation(session: Session | None, generation: int, client_id: str, now: int,
                            lifetimes: Lifetimes, proof: Proof | None) -> Decision:
    """An early draft: the predecessor is spent a while after the rotation, used or not."""
    if session is not None and session.acknowledged_at is None:
        session = replace(session, acknowledged_at=session.refreshed_at)
    return state.decide(session, generation, client_id, now, lifetimes, proof)


def no_grace(session: Session | None, generation: int, client_id: str, now: int,
             lifetimes: Lifetimes, proof: Proof | None) -> Decision:
    """Another: the predecessor is spent by the first use of its successor, at once."""
    return state.decide(session, generation, client_id, now, replace(lifetimes, grace_seconds=0),
                        proof)


def successor_not_renewed(session: Session | None, generation: int, client_id: str, now: int,
                          lifetimes: Lifetimes, proof: Proof | None) -> Decision:
    """Another: a stale successor is answered as it stands."""
    decision = state.decide(session, generation, client_id, now, lifetimes, proof)
    if decision is Decision.RENEW and session is not None and generation < session.generation:
        return Decision.KEEP
    return decision


def endless_grace(session: Session | None, generation: int, client_id: str, now: int,
                  lifetimes: Lifetimes, proof: Proof | None) -> Decision:
    """A spent token is answered for as long as nobody has rotated again."""
    decision = state.decide(session, generation, client_id, now, lifetimes, proof)
    if (decision is Decision.REUSE and session is not None
            and generation == session.generation - 1):
        return Decision.KEEP
    return decision


@pytest.mark.parametrize(("rule", "machine"), [
    (grace_from_the_rotation, HonestTabs), (no_grace, HonestTabs),
    (successor_not_renewed, HonestTabs), (endless_grace, HonestTabsAndAThief)])
def test_a_wrong_rule_is_found_out(rule: Rule, machine: type[HonestTabs],
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """The promises are worth something only if a machine that breaks them is caught."""
    monkeypatch.setattr(lifecycle, "decide", rule)

    with pytest.raises(AssertionError):
        explore(machine, LONG, examples=100)
