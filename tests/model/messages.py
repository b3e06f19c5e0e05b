"""What can happen to one message: it arrives, is worked on, answered, lost, or sent twice."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model import invariants
from tests.model.changes import changed, delivered, replaced, used, with_message, without
from tests.model.rules import Outcome, Rules
from tests.model.state import NEVER, Bounds, MaybeItem, Message, Response, State, expiries
from tests.model.store import Call, applied

REQUEST, WORKING, ANSWER, BEHIND = "request", "working", "answer", "behind"


class Action(NamedTuple):
    """What happens, and to which message (NEVER: to none) in the order of the state."""

    verb: str
    place: int = NEVER


class Step(NamedTuple):
    """`broken` names the invariant that the step breaks; `outcome` how a request ended in it;
    `call` is what was asked of the store, and `took` whether that was applied."""

    action: Action
    state: State
    broken: str = ""
    outcome: str = ""
    call: Call | None = None
    took: bool = False


class MessageSteps:
    """The steps of single messages, under one set of rules."""

    def __init__(self, bounds: Bounds, rules: Rules) -> None:
        self._bounds, self._rules = bounds, rules
        self._lifetimes = bounds.lifetimes

    def _may_double(self, state: State) -> bool:
        return self._bounds.doubles and len(state.messages) < self._bounds.messages

    def of(self, state: State, index: int) -> Iterator[Step]:
        message = state.messages[index]
        yield Step(Action("lose", index), without(state, index))
        if message.phase == REQUEST:
            yield self._arrive(state, index)
            if self._may_double(state):
                yield Step(Action("duplicate", index), with_message(state, message))
        elif message.phase == ANSWER:
            yield Step(Action("deliver", index), delivered(
                without(state, index), message, self._bounds.keeps_newest))
        elif message.phase == BEHIND:
            yield self._late_write(state, index)
        else:
            yield from self._work(state, index)

    def arrived(self, state: State, message: Message) -> Message | None:
        """Return `message` as the server takes it up, None when its token is refused."""
        if message.kind == "call" and state.now >= expiries(message.pair, self._lifetimes)[0]:
            return None
        spent = invariants.is_spent(state, message, self._lifetimes)
        return message._replace(phase=WORKING, now=state.now, spent=spent)

    def _arrive(self, state: State, index: int) -> Step:
        working = self.arrived(state, state.messages[index])
        if working is None:
            return Step(Action("arrive", index), without(state, index), outcome="unauthorized")
        return Step(Action("arrive", index), replaced(state, index, working))

    def _work(self, state: State, index: int) -> Iterator[Step]:
        message = state.messages[index]
        call = self._pending(message)
        item, response = self._applied(call, state, message.retried)
        broken = invariants.of_write(state, item, message, self._lifetimes)
        after, took = changed(state, item), response.applied
        step = self._answered(after, index, response)
        yield step._replace(broken=broken or step.broken, call=call, took=took)
        if call.writes and not message.retried:
            retrying = message._replace(retried=True)
            yield Step(Action("retry", index), replaced(after, index, retrying), broken,
                       call=call, took=took)
            if self._may_double(state):
                left = message._replace(phase=BEHIND)
                yield Step(Action("leave", index),
                           with_message(replaced(state, index, retrying), left), call=call)

    def _applied(self, call: Call, state: State, retried: bool) -> tuple[MaybeItem, Response]:
        return applied(call, state.item, retried, self._lifetimes,
                       state.created and self._bounds.remembers)

    def _answered(self, state: State, index: int, response: Response) -> Step:
        """Take the store's answer in: the request goes on, or ends."""
        message = state.messages[index]
        responses = message.responses + (response,)
        after = self._rules.step(message.kind, message.pair, message.now, responses)
        if isinstance(after, Outcome):
            return self._finish(state, index, after)
        waiting = message._replace(responses=responses, retried=False)
        return Step(Action("store", index), replaced(state, index, waiting))

    def _late_write(self, state: State, index: int) -> Step:
        message = state.messages[index]
        call = self._pending(message)
        item, response = self._applied(call, state, False)
        broken = invariants.of_write(state, item, message, self._lifetimes)
        return Step(Action("store", index), changed(without(state, index), item), broken,
                    call=call, took=response.applied)

    def _finish(self, state: State, index: int, outcome: Outcome) -> Step:
        message = state.messages[index]
        broken = invariants.of_answer(state, message, outcome, self._lifetimes)
        if outcome.name == "pair":
            answer = Message(ANSWER, message.sender, message.kind, outcome.pair, state.now)
            after = replaced(state, index, answer)
        else:
            after = without(state, index)
            if outcome.name == "passed":
                after = used(after, message)
        return Step(Action("store", index), after, broken, outcome.name)

    def _pending(self, message: Message) -> Call:
        call = self._rules.step(message.kind, message.pair, message.now, message.responses)
        assert isinstance(call, Call), "a request at work waits for the store"
        return call


def origins(before: State, step: Step) -> list[int]:
    """Return which message of `before` each message after the step was; NEVER for a new one."""
    after, (verb, place) = step.state.messages, step.action
    places = list(range(len(before.messages)))
    if verb == "tick":
        kept = iter(after)
        expected = next(kept, None)
        found = []
        for position, message in enumerate(before.messages):
            if message == expected:
                found.append(position)
                expected = next(kept, None)
        return found
    if len(after) < len(places):
        del places[place]
    return places + [NEVER] * (len(after) - len(places))
