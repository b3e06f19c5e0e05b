"""What can happen to one message: it arrives, is worked on, answered, lost, or sent twice."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model import invariants
from tests.model.changes import changed, delivered, replaced, used, with_message, without
from tests.model.rules import Outcome, Rules
from tests.model.state import (BLOCKED, NEVER, NO_PROOF, OPEN, Bounds, MaybeItem, MaybePair,
                               Message, Response, State, expiries)
from tests.model.store import Call, applied

REQUEST, WORKING, ANSWER, BEHIND, CAPTURED = "request", "working", "answer", "behind", "captured"


class Action(NamedTuple):
    """What happens, and to which message (NEVER: to none) in the order of the state."""

    verb: str
    place: int = NEVER


class Step(NamedTuple):
    """`broken` names the invariant that the step breaks; `outcome` how a request ended in it, and
    `granted` the pair that it was answered with;
    `call` is what was asked of the store, and `took` whether that was applied."""

    action: Action
    state: State
    broken: str = ""
    outcome: str = ""
    call: Call | None = None
    took: bool = False
    granted: MaybePair = ()


class MessageSteps:
    """The steps of single messages, under one set of rules."""

    def __init__(self, bounds: Bounds, rules: Rules) -> None:
        self._bounds, self._rules = bounds, rules
        self._lifetimes = bounds.lifetimes

    def _may_double(self, state: State) -> bool:
        return self._bounds.doubles and self.has_room(state)

    def has_room(self, state: State) -> bool:
        """Whether one more message can be under way; what a thief keeps is not."""
        return len(state.messages) - _captures(state) < self._bounds.messages

    def of(self, state: State, index: int) -> Iterator[Step]:
        message = state.messages[index]
        if message.phase == CAPTURED:
            if self.has_room(state):
                yield self._replay(state, message, index)
            return
        yield Step(Action("lose", index), without(state, index))
        if message.phase == REQUEST:
            yield from self._on_its_way(state, message, index)
        elif message.phase == ANSWER:
            yield Step(Action("deliver", index), delivered(
                without(state, index), message, self._bounds.keeps_newest))
        elif message.phase == BEHIND:
            yield self._late_write(state, index)
        else:
            yield from self._work(state, index)

    def _on_its_way(self, state: State, message: Message, index: int) -> Iterator[Step]:
        yield self._arrive(state, index)
        if self._may_double(state):
            yield Step(Action("duplicate", index), with_message(state, message))
        if message.sender == "tab" and _captures(state) < self._bounds.captures:
            copy = message._replace(phase=CAPTURED, sender="thief")
            yield Step(Action("capture", index), with_message(state, copy))

    def arrived(self, state: State, message: Message) -> Message | str:
        """Return `message` as the server takes it up, or how it is refused for what it presents,
        before the store is asked."""
        if (message.kind not in ("refresh", "end")
                and state.now >= expiries(message.pair, self._lifetimes)[0]):
            return "unauthorized"
        if message.proof != NO_PROOF:
            refused = self._rules.step(message.kind, message.pair, state.now, (), message.proof)
            if isinstance(refused, Outcome):
                return refused.name
        spent = invariants.is_spent(state, message, self._lifetimes)
        return message._replace(phase=WORKING, now=state.now, spent=spent)

    def _arrive(self, state: State, index: int) -> Step:
        working = self.arrived(state, state.messages[index])
        if isinstance(working, str):
            return Step(Action("arrive", index), without(state, index), outcome=working)
        return Step(Action("arrive", index), replaced(state, index, working))

    def _replay(self, state: State, captured: Message, index: int) -> Step:
        """The thief sends a request again that he has captured, with its proof."""
        working = self.arrived(state, captured._replace(since=state.now))
        if isinstance(working, str):
            return Step(Action("replay", index), state, outcome=working)
        return Step(Action("replay", index), with_message(state, working))

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
                       state.created and self._bounds.remembers, state.block >= BLOCKED)

    def _answered(self, state: State, index: int, response: Response) -> Step:
        """Take the store's answer in: the request goes on, or ends."""
        message = state.messages[index]
        responses = message.responses + (response,)
        after = self._rules.step(message.kind, message.pair, message.now, responses,
                                 message.proof)
        if isinstance(after, Call) and after.verb == "look" and not self._bounds.blocks:
            looking = message._replace(responses=responses)
            return self._answered(replaced(state, index, looking), index, OPEN)
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
        # Without the key, a thief can do nothing with what he is answered.
        if outcome.name == "pair" and not (self._bounds.captures and message.sender == "thief"):
            answer = Message(ANSWER, message.sender, message.kind, outcome.pair, state.now)
            after = replaced(state, index, answer)
        else:
            after = without(state, index)
            if outcome.name == "passed":
                after = used(after, message)
        return Step(Action("store", index), after, broken, outcome.name,
                    granted=outcome.pair if outcome.name == "pair" else ())

    def _pending(self, message: Message) -> Call:
        call = self._rules.step(message.kind, message.pair, message.now, message.responses,
                                message.proof)
        assert isinstance(call, Call), "a request at work waits for the store"
        return call


def _captures(state: State) -> int:
    return sum([message.phase == CAPTURED for message in state.messages])


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
