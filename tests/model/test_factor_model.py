"""The factors of an account keep their promises in every state, and the model would notice."""

import pytest

from tests.model.factor_model import Scene, explore, steps
from tests.model.factor_scenes import BY_NAME, FLAWED, SCENES
from tests.model.factor_walks import walk


def named(scene: Scene) -> str:
    return scene.name


@pytest.mark.parametrize("scene", SCENES, ids=named)
def test_every_invariant_holds_in_every_state(scene: Scene) -> None:
    """A second factor is on exactly with a factor, something signs in, no password alone does
    beside a factor, what was removed opens nothing, and a ticket opens one session."""
    report = explore(scene)

    assert not report.broken, "\n".join(map(str, report.way))
    assert report.states > 500


@pytest.mark.parametrize("flaw", FLAWED)
def test_a_known_flaw_is_found_out(flaw: str) -> None:
    flawed = FLAWED[flaw]

    report = explore(BY_NAME[flawed.scene], flaw)

    assert report.broken == flawed.breaks
    assert report.way[-1].what in ("asked", "lost")


def test_a_request_that_breaks_off_goes_no_further() -> None:
    for scene in SCENES:
        for taken in walk(scene, seed=1, faults=frozenset({"broken off"})):
            gone = {at for at, course in enumerate(taken.state.courses)
                    if course.answer == "broken off"}
            assert gone.isdisjoint(each.at for each in steps(scene, "", taken.state))
