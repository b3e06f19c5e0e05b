"""Traces sampled from the model: random walks that are the same on every run."""

import random
from functools import partial

from tests.model.messages import Step
from tests.model.state import NEVER, State, initial
from tests.model.steps import World

# So that a walk of a few dozen steps meets rotations, replays and retries, and does not
# end too soon. What is not named here weighs 1.
_WEIGHTS = {"tick": 2.0, "send_end": 0.1, "end_all": 0.05, "lose": 0.3, "duplicate": 0.5,
            "steal": 0.3, "leave": 0.5, "store": 4.0, "deliver": 3.0, "arrive": 2.0}


def walk(world: World, seed: int, longest: int) -> list[Step]:
    """Return the steps of one walk from sign-in, at most `longest`."""
    # Not for secrets: the same seed must give the same walk.
    choose = partial(random.Random(seed).choices, k=1)
    state: State = initial(world.bounds)
    steps: list[Step] = []
    while len(steps) < longest:
        possible = list(world.steps(state))
        if not possible:
            break
        [step] = choose(possible, weights=[_weight(step) for step in possible])
        steps.append(step)
        state = step.state
    return steps


def _weight(step: Step) -> float:
    verb, place = step.action
    idle = verb == "tick" and place == NEVER and not step.state.messages
    return 6.0 if idle else _WEIGHTS.get(verb, 1.0)
