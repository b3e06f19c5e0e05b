"""Tells a counterexample in words."""

from collections.abc import Iterator
from string import ascii_uppercase

from tests.model.explore import Counterexample
from tests.model.messages import BEHIND, Step, origins
from tests.model.state import FIRST, NEVER, Bounds, MaybeItem, Message, Pair, State, initial

_OUTCOMES = {
    "ended": "401 session_ended", "unauthorized": "401 unauthorized", "passed": "let in",
    "signed_out": "200 session ended", "unavailable": "503 unavailable",
    "unproven": "401 invalid_dpop_proof", "guessed": "401 bad_credentials",
    "blocked": "401 account_blocked", "enrolled": "200 with recovery codes"}
_REQUESTS = {"refresh": "refresh", "call": "authorized call", "end": "sign-out",
             "password": "step-up by the password", "code": "step-up by a code",
             "enrol": "the confirmation of a second factor", "guess": "a guess at the password"}


def told(counterexample: Counterexample, bounds: Bounds) -> str:
    """Return one line a step, and what it breaks. The sign-in is called S, the requests A, B and
    so on."""
    lines, before = ["t=0   S: a person signs in"], initial(bounds)
    names = ["S"]
    letters = iter(ascii_uppercase)
    for step in counterexample.steps:
        carried = origins(before, step)
        after = [names[origin] if origin != NEVER else _name(step, names, letters)
                 for origin in carried]
        # A tick needs no line: each line tells its time.
        if step.action.verb != "tick":
            lines.append(f"t={step.state.now:<3} {_line(before, step, names, after)}")
        names, before = after, step.state
    return "\n".join([f"Broken: {counterexample.broken}.", "", *lines, ""])


def _name(step: Step, names: list[str], letters: Iterator[str]) -> str:
    if step.action.place == NEVER:
        return next(letters)
    return f"{names[step.action.place]}'"


def _line(before: State, step: Step, names: list[str], after: list[str]) -> str:
    verb, index = step.action
    if index == NEVER:
        return _of_world(step, after)
    message, name = before.messages[index], names[index]
    if verb == "store":
        return f"{name}: {_call(step, message)}{_answer(step)}; {_item(step.state.item)}"
    if verb == "retry":
        return (f"{name}: {_call(step, message)}, but the answer is lost and the SDK tries "
                f"again; {_item(step.state.item)}")
    if verb == "leave":
        return f"{name}: {_call(step, message)} is stuck on the network, the SDK tries again"
    return {
        "arrive": f"{name} arrives at the server{_answer(step)}",
        "duplicate": f"{name} is doubled on the network",
        "lose": f"{name} is lost",
        "capture": f"a thief copies {name}",
        "replay": f"the thief sends {name} again{_answer(step)}",
        "deliver": f"{name}: the {message.sender} gets {_pair(message.pair)}"}[verb]


def _of_world(step: Step, names: list[str]) -> str:
    state = step.state
    event = {"steal": f"a thief copies {_pair(state.held or FIRST)}",
             "end_all": "the session is ended elsewhere; no item",
             "block_1": "an operator ends all sessions; no item",
             "block_2": "an operator blocks the account",
             "block_3": "an operator ends all sessions once more; no item",
             "keyless": "a thief without the key sends the newest tokens",
             "sweep": "the TTL sweep deletes the item; no item"}.get(step.action.verb)
    if event:
        return event
    message = state.messages[-1]
    return (f"{names[-1]}: a {message.sender} sends {_REQUESTS[message.kind]} "
            f"with {_pair(message.pair)}")


def _call(step: Step, message: Message) -> str:
    assert step.call, "a call of the store"
    late = "the write that was stuck, " if message.phase == BEHIND else ""
    if not step.call.writes or step.action.verb == "leave":
        return f"{late}{step.call.verb}"
    return f"{late}{step.call.verb} {'applied' if step.took else 'refused'}"


def _answer(step: Step) -> str:
    if step.granted:
        return f", answers {_pair(step.granted)}"
    return f", answers {_OUTCOMES[step.outcome]}" if step.outcome else ""


def _pair(pair: Pair) -> str:
    return f"generation {pair.generation} of t={pair.refreshed_at}"


def _item(item: MaybeItem) -> str:
    if not item:
        return "no item"
    used = "unused" if item.acknowledged_at == NEVER else f"used at t={item.acknowledged_at}"
    return f"item {_pair(Pair(item.generation, item.refreshed_at))}, {used}"
