"""Every step that the world can take from a state."""

from collections.abc import Iterator

from tests.model.messages import REQUEST, Action, MessageSteps, Step
from tests.model.rules import Rules
from tests.model.state import (NEVER, Bounds, MaybePair, Message, Pair, State, expiries,
                               is_live)


class World:
    """An honest client whose tabs share one token store, a thief, a clock and a network."""

    def __init__(self, bounds: Bounds, rules: Rules) -> None:
        self.bounds = bounds
        self._messages = MessageSteps(bounds, rules)

    def steps(self, state: State) -> Iterator[Step]:
        if state.now < self.bounds.last_tick:
            yield Step(Action("tick"), self._ticked(state))
        if state.held and len(state.messages) < self.bounds.messages:
            yield from self._sends(state, state.held)
        if self.bounds.thief and state.held:
            yield from self._thief(state)
        if state.item:
            yield Step(Action("end_all"),
                       state._replace(item=(), used_at=NEVER, excused=True))
            if not is_live(state.item, state.now, self.bounds.lifetimes):
                yield Step(Action("sweep"), state._replace(item=(), used_at=NEVER))
        for index in range(len(state.messages)):
            yield from self._messages.of(state, index)

    def _ticked(self, state: State) -> State:
        """No request is under way for longer than the grace, nor is an answer."""
        now = state.now + 1
        grace = self.bounds.lifetimes.grace_seconds
        kept = tuple(message for message in state.messages if now <= message.since + grace)
        return state._replace(now=now, messages=kept)

    def _sends(self, state: State, held: Pair) -> Iterator[Step]:
        yield _sent(state, "refresh", held)
        if state.now < expiries(held, self.bounds.lifetimes)[0]:
            yield _sent(state, "call", held)
        if state.item:
            yield _sent(state._replace(excused=True), "end", held)

    def _thief(self, state: State) -> Iterator[Step]:
        if state.stolen == ():
            if state.item:
                yield Step(Action("steal"), state._replace(stolen=state.held))
        elif len(state.messages) < self.bounds.messages:
            yield from self._stolen(state, state.stolen)

    def _stolen(self, state: State, pair: MaybePair) -> Iterator[Step]:
        """A thief's request arrives as it is sent: one under way is one sent later."""
        assert pair, "the thief has a pair"
        for kind in ("refresh", "call"):
            sent = Message(REQUEST, "thief", kind, pair, state.now)
            working = self._messages.arrived(state, sent)
            if working is not None:
                yield Step(Action(f"thief_{kind}"), state._replace(
                    excused=True, messages=state.messages + (working,)))


def _sent(state: State, kind: str, held: Pair) -> Step:
    message = Message(REQUEST, "tab", kind, held, state.now)
    return Step(Action(f"send_{kind}"), state._replace(messages=state.messages + (message,)))
