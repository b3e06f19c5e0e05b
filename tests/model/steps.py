"""Every step that the world can take from a state."""

from collections.abc import Iterator
from itertools import product

from shared.tokens.proofs import WINDOW_SECONDS
from tests.model import invariants
from tests.model.messages import CAPTURED, REQUEST, Action, MessageSteps, Step
from tests.model.rules import Rules
from tests.model.state import (BLOCKED, DONE, FOREIGN, NEVER, NO_PROOF, WITHHELD, Bounds, Made,
                               MaybePair, Message, Pair, State, expiries, is_live)

# What a thief without the key can send with a copy of the tokens.
KEYLESS = tuple(product((FOREIGN, WITHHELD), ("refresh", "call", "end")))


class World:
    """An honest client whose tabs share one token store, a thief, a clock and a network."""

    def __init__(self, bounds: Bounds, rules: Rules) -> None:
        self.bounds = bounds
        self._messages = MessageSteps(bounds, rules)

    def steps(self, state: State) -> Iterator[Step]:
        for step in self._steps(state):
            broken = step.broken or invariants.of_block(step.state)
            yield step._replace(broken=broken) if broken else step

    def _steps(self, state: State) -> Iterator[Step]:
        if state.now < self.bounds.last_tick:
            yield Step(Action("tick"), self._ticked(state))
        if state.held and self._messages.has_room(state):
            yield from self._sends(state, state.held)
        if state.held:
            yield from self._thieves(state, state.held)
        yield from self._ends(state)
        for index in range(len(state.messages)):
            yield from self._messages.of(state, index)

    def _ends(self, state: State) -> Iterator[Step]:
        """What ends a session without a request of its own."""
        if state.item:
            yield Step(Action("end_all"),
                       state._replace(item=(), used_at=NEVER, excused=True))
            if not is_live(state.item, state.now, self.bounds.lifetimes):
                yield Step(Action("sweep"), state._replace(item=(), used_at=NEVER))
        if self.bounds.blocks and state.block < DONE:
            yield _blocked(state)

    def _ticked(self, state: State) -> State:
        """No request is under way for longer than the grace, nor is an answer. A thief keeps a
        copy for as long as its proof can be used."""
        now = state.now + self.bounds.tick
        grace = self.bounds.lifetimes.grace_seconds
        kept = tuple([message for message in state.messages
                      if now <= (message.proof.issued_at + WINDOW_SECONDS
                                 if message.phase == CAPTURED else message.since + grace)])
        return state._replace(now=now, messages=kept)

    def _sends(self, state: State, held: Pair) -> Iterator[Step]:
        for error in self.bounds.clock_errors:
            proof = self._proof(state, error)
            yield _sent(state, "refresh", held, proof)
            if state.now < expiries(held, self.bounds.lifetimes)[0]:
                for kind in ("call", *self.bounds.steps_up):
                    yield _sent(state, kind, held, proof)
            if state.item:
                yield _sent(state._replace(excused=True), "end", held, proof)

    def _proof(self, state: State, error: int = 0) -> Made:
        """Return a new proof, made now by a clock that is off by `error`."""
        if not self.bounds.bound:
            return NO_PROOF
        in_play = [state.item.proof if state.item else NO_PROOF.number,
                   *[message.proof.number for message in state.messages]]
        return Made(max(in_play) + 1, state.now + error)

    def _thieves(self, state: State, held: Pair) -> Iterator[Step]:
        if self.bounds.thief:
            yield from self._thief(state)
        if self.bounds.captures:
            yield self._without_the_key(state, held)

    def _thief(self, state: State) -> Iterator[Step]:
        if state.stolen == ():
            if state.item:
                yield Step(Action("steal"), state._replace(stolen=state.held))
        elif self._messages.has_room(state):
            yield from self._stolen(state, state.stolen)

    def _stolen(self, state: State, pair: MaybePair) -> Iterator[Step]:
        """A thief's request arrives as it is sent: one under way is one sent later."""
        assert pair, "the thief has a pair"
        for kind in ("refresh", "call", *(["guess"] if self.bounds.steps_up else [])):
            sent = Message(REQUEST, "thief", kind, pair, state.now, proof=self._proof(state))
            working = self._messages.arrived(state, sent)
            if not isinstance(working, str):
                yield Step(Action(f"thief_{kind}"), state._replace(
                    excused=True, messages=state.messages + (working,)))

    def _without_the_key(self, state: State, held: Pair) -> Step:
        """A thief has a copy of the newest tokens, and sends them in every way that is left."""
        newest = Pair(*state.item[:2]) if state.item else held
        outcomes = {self._messages.arrived(state, Message(REQUEST, "thief", kind, newest, state.now,
                                                          proof=proof))
                    for proof, kind in KEYLESS}
        return Step(Action("keyless"), state,
                    "" if outcomes == {"unauthorized"} else invariants.LET_IN, "unauthorized")


def _blocked(state: State) -> Step:
    """Operators block the account, one act after another."""
    block = state.block + 1
    item, used_at = (state.item, state.used_at) if block == BLOCKED else ((), NEVER)
    return Step(Action(f"block_{block}"), state._replace(block=block, item=item, used_at=used_at,
                                                         excused=True))


def _sent(state: State, kind: str, held: Pair, proof: Made) -> Step:
    message = Message(REQUEST, "tab", kind, held, state.now, proof=proof)
    return Step(Action(f"send_{kind}"), state._replace(messages=state.messages + (message,)))
