"""An exhaustive model of the factors of one account: three requests at once, in every order of what
they ask of the store. The answer to one write may be lost, which is then tried again, and one
request may break off."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.model.factor_requests import Request, step
from tests.model.factor_store import OFF, OWN, Call, Response, Stored, applied

HALF_ON = "a second factor is on without a factor, or off with one"
NO_WAY_IN = "nothing signs in to the account"
PASSWORD_ALONE = "a sign-in by a password alone lives beside a factor"
REMOVED_OPENS = "a passkey that was removed opens a session"
REMOVED_LIVES = "a session lives that a removed passkey has opened"
TWO_SESSIONS = "a ticket opens two sessions"
OUTLIVED = "a ticket adds a passkey after another change"
FAULTS = frozenset({"lost", "broken off"})


class Scene(NamedTuple):
    """Where it begins, and the requests that are sent."""

    name: str
    stored: Stored
    requests: tuple[Request, ...]


class Course(NamedTuple):
    """How far a request is: what the store has answered it, whether an earlier try of what it asks
    next took, and how it was answered, "" until then and "broken off" if it never is."""

    responses: tuple[Response, ...] = ()
    retried: bool = False
    answer: str = ""


class State(NamedTuple):
    """`faults` are what may still go wrong. `since` are the requests that have added a factor since
    the second factor is on, `told_on` says that one of them, or one that found it on, was answered,
    `put` are the requests that have stored a session. `changed` says that factors were added or
    removed since the tickets were given, and `outlived` that one has added a passkey after that.
    """

    stored: Stored
    courses: tuple[Course, ...]
    faults: frozenset[str]
    since: frozenset[int] = frozenset()
    told_on: bool = False
    put: frozenset[int] = frozenset()
    changed: bool = False
    outlived: bool = False


class Step(NamedTuple):
    """Which request goes on, and what happens: it has "asked" the store, or a fault ("lost",
    "broken off")."""

    at: int
    what: str
    state: State


class Report(NamedTuple):
    """`way` leads to what is `broken`, if anything is."""

    states: int
    broken: str = ""
    way: tuple[Step, ...] = ()


def explore(scene: Scene, flaw: str = "", faults: frozenset[str] = FAULTS) -> Report:
    """Visit every state, breadth first, up to the first broken invariant."""
    first = State(scene.stored, (Course(),) * len(scene.requests), faults)
    came_from: dict[State, tuple[State, Step] | None] = {first: None}
    level = [first]
    while level:
        following = []
        for state in level:
            for taken in steps(scene, flaw, state):
                if taken.state in came_from:
                    continue
                came_from[taken.state] = state, taken
                broken = broken_in(scene, taken.state)
                if broken:
                    return Report(len(came_from), broken, _way(came_from, taken.state))
                following.append(taken.state)
        level = following
    return Report(len(came_from))


def _way(came_from: dict[State, tuple[State, Step] | None], state: State) -> tuple[Step, ...]:
    way: list[Step] = []
    while (found := came_from[state]) is not None:
        state, taken = found
        way.append(taken)
    return tuple(reversed(way))


def steps(scene: Scene, flaw: str, state: State) -> Iterator[Step]:
    for at, course in enumerate(state.courses):
        if course.answer:
            continue
        call = step(scene.requests[at], flaw, course.responses)
        assert isinstance(call, Call)
        yield Step(at, "asked", _asked(scene, flaw, state, at, call))
        if "broken off" in state.faults:
            yield Step(at, "broken off", _set(state, at, course._replace(answer="broken off"),
                                              "broken off"))
        if "lost" in state.faults and call.writes:
            stored, took = applied(call, state.stored, at + 1)
            if took:
                lost = _set(state, at, course._replace(retried=True), "lost")
                yield Step(at, "lost", _noted(lost, state, stored, at, call))


def _asked(scene: Scene, flaw: str, state: State, at: int, call: Call) -> State:
    """The store answers, and the request is answered if that was its last call."""
    course = state.courses[at]
    stored, response = applied(call, state.stored, at + 1, course.retried)
    responses = (*course.responses, response)
    following = step(scene.requests[at], flaw, responses)
    answer = following if isinstance(following, str) else ""
    # Of what is over, only the answer matters.
    reached = _noted(_set(state, at, Course(() if answer else responses, False, answer)),
                     state, stored, at, call)
    is_on = (at in reached.since if answer == "added" else answer == "factor_exists"
             and responses[0].factor == stored.identity.factor != OFF)
    return reached._replace(told_on=reached.told_on or is_on)


def _noted(reached: State, before: State, stored: Stored, at: int, call: Call) -> State:
    is_on = stored.identity.factor != OFF
    turned_on = {at} if call.verb in ("add", "turn_on") and stored != before.stored else set()
    changed = stored.identity.factors_id != before.stored.identity.factors_id
    return reached._replace(
        stored=stored, told_on=before.told_on and is_on,
        since=before.since | turned_on if is_on else frozenset(),
        put=before.put | {at} if call.verb == "put" else before.put,
        changed=before.changed or changed,
        outlived=before.outlived or call.verb == "add" and changed and before.changed)


def _set(state: State, at: int, course: Course, fault: str = "") -> State:
    courses = (*state.courses[:at], course, *state.courses[at + 1:])
    return state._replace(courses=courses, faults=state.faults - {fault})


def broken_in(scene: Scene, state: State) -> str:
    """Return which invariant is broken, if one is."""
    stored = state.stored
    if not stored.passkeys and not stored.identity.password:
        return NO_WAY_IN
    if stored.is_on is not (stored.identity.factor != OFF):
        return HALF_ON
    held = [session for session in stored.sessions if session.number != OWN
            and state.courses[session.number - 1].answer == "signed_in"]
    if state.told_on and not all(session.strong for session in held):
        return PASSWORD_ALONE
    if any(session.late for session in held):
        return REMOVED_OPENS
    gone = {request.about for request, course in zip(scene.requests, state.courses, strict=True)
            if request.kind == "remove passkey" and course.answer == "removed"
            and stored.passkey(request.about) is None}
    if any(session.by in gone for session in held):
        return REMOVED_LIVES
    tickets = [scene.requests[at].ticket for at in state.put if scene.requests[at].ticket]
    if len(tickets) > len(set(tickets)):
        return TWO_SESSIONS
    return OUTLIVED if state.outlived else ""
