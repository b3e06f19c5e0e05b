"""Walks through the model of factors, from the beginning to where all requests are answered."""

import random

from tests.model.factor_model import Course, Scene, State, Step, steps

GOES_ON = 0.7


def walk(scene: Scene, seed: int, faults: frozenset[str] = frozenset()) -> list[Step]:
    """Return one walk, which is the same for the same seed. A request often goes on for some calls
    before another does, so that some are over before others begin."""
    chance, at = random.Random(seed), 0
    state = State(scene.stored, (Course(),) * len(scene.requests), faults)
    taken: list[Step] = []
    while ways := list(steps(scene, "", state)):
        onward = [way for way in ways if way.at == at]
        taken.append(chance.choice(onward if onward and chance.random() < GOES_ON else ways))
        state, at = taken[-1].state, taken[-1].at
    return taken
