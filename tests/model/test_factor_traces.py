"""The service does what the model of factors does, step by step, on walks sampled from it."""

import pytest

from tests.model.factor_account import RealAccount
from tests.model.factor_model import Scene
from tests.model.factor_scenes import SCENES
from tests.model.factor_walks import walk
from tests.support.cloud import Cloud

WALKS = 8
# How the requests of the scenes can be answered.
ANSWERS = {"added", "removed", "reset", "signed_in", "bad_credentials", "factor_exists",
           "invalid_link", "invalid_passkey", "invalid_ticket", "last_way_in", "not_found",
           "reauthentication_required", "second_factor_required", "unauthorized", "unavailable",
           "unknown_passkey"}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_handlers_answer_and_store_what_the_model_says(scene: Scene, cloud: Cloud) -> None:
    for seed in range(WALKS):
        account = RealAccount(cloud, scene)

        for step in walk(scene, seed):
            account.follow(step)

        account.close()


def test_the_walks_meet_every_answer() -> None:
    """Otherwise the agreement above would say little."""
    met = {course.answer for scene in SCENES for seed in range(WALKS)
           for course in walk(scene, seed)[-1].state.courses}

    assert met == ANSWERS
