"""Breadth first through every state within the bounds, to the nearest broken invariant."""

from typing import NamedTuple

from tests.model.canonical import Canon
from tests.model.messages import Step
from tests.model.state import State, initial
from tests.model.steps import World


class Counterexample(NamedTuple):
    """The shortest way from sign-in to a broken invariant."""

    broken: str
    steps: list[Step]


class Report(NamedTuple):
    """What was visited: every state within the bounds, unless there is a counterexample."""

    states: int
    transitions: int
    counterexample: Counterexample | None


def explore(world: World) -> Report:
    """Visit every state, or stop at the first broken invariant."""
    canonical = Canon(world.bounds)
    first = canonical(initial(world.bounds))
    came_from: dict[State, State | None] = {first: None}
    level, transitions = [first], 0
    while level:
        following: list[State] = []
        for state in level:
            for step in world.steps(state):
                transitions += 1
                if step.broken:
                    told = _retold(world, canonical, came_from, state, step)
                    return Report(len(came_from), transitions,
                                  Counterexample(step.broken, told))
                reached = canonical(step.state)
                if reached not in came_from:
                    came_from[reached] = state
                    following.append(reached)
        level = following
    return Report(len(came_from), transitions, None)


def _retold(world: World, canonical: Canon, came_from: dict[State, State | None],
            state: State, last: Step) -> list[Step]:
    """Return the way to `state` and `last`, walked again so that it tells true generations."""
    way: list[State] = []
    here: State | None = state
    while here is not None:
        way.append(here)
        here = came_from[here]
    present, told = initial(world.bounds), []
    for waypoint in way[-2::-1]:
        step = next(step for step in world.steps(present) if canonical(step.state) == waypoint)
        told.append(step)
        present = step.state
    final = next(step for step in world.steps(present) if step.broken == last.broken)
    return told + [final]
