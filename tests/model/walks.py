"""Traces sampled from the model: random walks that are the same on every run."""

import random

from tests.model.messages import Step
from tests.model.state import State, initial
from tests.model.steps import World

# What keeps a walk going, so that it meets rotations, replays and retries. Others weigh 1.
_WEIGHTS = {"store": 4.0, "deliver": 3.0, "tick": 2.0, "arrive": 2.0, "duplicate": 0.5,
            "leave": 0.5, "lose": 0.3, "steal": 0.3, "keyless": 0.1, "send_end": 0.1,
            "end_all": 0.05, "block_1": 0.5, "block_2": 3.0, "block_3": 3.0}

Sight = tuple[str, str, bool, str, int]


def walk(world: World, seed: int, longest: int) -> list[Step]:
    """Return the steps of one walk from the sign-in, at most `longest`."""
    # Not for secrets: the same seed must give the same walk.
    dice = random.Random(seed)
    state: State = initial(world.bounds)
    steps: list[Step] = []
    while len(steps) < longest:
        possible = list(world.steps(state))
        if not possible:
            break
        weights = [_WEIGHTS.get(step.action.verb, 1.0) for step in possible]
        [step] = dice.choices(possible, weights)
        steps.append(step)
        state = step.state
    return steps


def sampled(world: World, tries: int, longest: int) -> list[list[Step]]:
    """Return those of `tries` walks that show something which no walk before them did."""
    seen: set[Sight] = set()
    chosen = []
    for seed in range(tries):
        steps = walk(world, seed, longest)
        sights = seen_on(world, steps)
        if sights - seen:
            chosen.append(steps)
            seen |= sights
    return chosen


def seen_on(world: World, steps: list[Step]) -> set[Sight]:
    """Return what a walk shows: what happened, which call of the store, whether it was
    applied, what was answered, and how far behind the pair of the message was."""
    sights: set[Sight] = set()
    before = initial(world.bounds)
    for step in steps:
        behind = 0
        if step.call and before.item:
            behind = before.item.generation - before.messages[step.action.place].pair.generation
        sights.add((step.action.verb, step.call.verb if step.call else "", step.took,
                    step.outcome, min(behind, 2)))
        before = step.state
    return sights
