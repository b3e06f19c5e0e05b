"""The service does what the model does, step by step, on traces sampled from the model."""

from functools import cache

import pytest

from tests.model.catalogue import OURS, TRACED, described
from tests.model.messages import Step
from tests.model.real_system import RealSystem
from tests.model.state import Bounds, initial
from tests.model.steps import World
from tests.model.walks import sampled, seen_on
from tests.support.application import Application
from tests.support.clock import Clock
from tests.support.cloud import Cloud

TRIES = 150
LONGEST = 50


@pytest.mark.parametrize("bounds", TRACED, ids=described)
def test_the_handlers_answer_and_store_what_the_model_says(bounds: Bounds, cloud: Cloud) -> None:
    """The sign-in and requests interleave at each call of the store, as the model has it."""
    Application(cloud.services(Clock())).sign_up()

    for steps in _walks(bounds):
        system = RealSystem(cloud, bounds)
        before = initial(bounds)

        for step in steps:
            system.follow(before, step)
            before = step.state

        system.close()


def test_the_walks_meet_every_answer_and_every_write() -> None:
    """Otherwise the agreement above would say little."""
    sights = {sight for bounds in TRACED for steps in _walks(bounds)
              for sight in seen_on(World(bounds, OURS(bounds.lifetimes)), steps)}

    outcomes = {outcome for _, _, _, outcome, _ in sights}
    writes = {(verb, call, took) for verb, call, took, _, _ in sights}
    assert outcomes == {"", "pair", "ended", "passed", "unauthorized", "signed_out",
                        "unproven", "guessed", "enrolled", "blocked"}
    assert {("store", "create", True), ("retry", "create", True),
            ("leave", "create", False), ("store", "list", False),
            ("store", "look", True), ("store", "look", False)} <= writes
    assert {("store", "prove", True), ("retry", "prove", True)} <= writes
    for call in ("rotate", "renew", "acknowledge", "delete"):
        assert {("store", call, True), ("store", call, False), ("retry", call, True)} <= writes


@cache
def _walks(bounds: Bounds) -> list[list[Step]]:
    return sampled(World(bounds, OURS(bounds.lifetimes)), TRIES, LONGEST)
