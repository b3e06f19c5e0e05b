"""The service does what the model does, step by step, on traces sampled from the model."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.model.catalogue import OURS, SMALL, described
from tests.model.messages import Step
from tests.model.real_system import RealSystem
from tests.model.state import Bounds, initial
from tests.model.steps import World
from tests.model.walks import walk
from tests.support.cloud import Cloud

WALKS = 30
LONGEST = 60


@pytest.mark.parametrize("bounds", SMALL, ids=described)
def test_the_handlers_answer_and_store_what_the_model_says(bounds: Bounds, cloud: Cloud) -> None:
    """Requests interleave at each call of the store, as the model has it."""
    for steps in _walks(bounds):
        system = RealSystem(cloud, bounds.lifetimes)
        before = initial(bounds)

        for step in steps:
            system.follow(before, step)
            before = step.state

        system.close()


def test_the_walks_meet_every_answer_and_every_write() -> None:
    """Otherwise the agreement above would say little."""
    met = Counter((step.outcome, step.action.verb, step.call.verb if step.call else "",
                   step.took)
                  for bounds in SMALL for steps in _walks(bounds) for step in steps)

    outcomes = {outcome for outcome, *_ in met}
    writes = {(verb, call, took) for _, verb, call, took in met if call}
    assert outcomes == {"", "pair", "ended", "passed", "unauthorized", "signed_out"}
    for call in ("rotate", "renew", "acknowledge", "delete"):
        assert {("store", call, True), ("store", call, False), ("retry", call, True)} <= writes


def _walks(bounds: Bounds) -> Iterator[list[Step]]:
    world = World(bounds, OURS(bounds.lifetimes))
    return (walk(world, seed, LONGEST) for seed in range(WALKS))
