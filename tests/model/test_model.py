"""The session state machine keeps its promises in every state, and the model would notice."""

import pytest

from scripts.checkout import ROOT
from tests.model.canonical import Canon
from tests.model.catalogue import FLAWED, OURS, SMALL, described
from tests.model.explore import explore
from tests.model.report import told
from tests.model.state import Bounds, initial
from tests.model.steps import World
from tests.model.walks import walk

PAGE = ROOT / "docs" / "session-state-machine.md"


@pytest.mark.parametrize("bounds", SMALL, ids=described)
def test_every_invariant_holds_in_every_state(bounds: Bounds) -> None:
    """Ended stays ended, one generation lives, no honest client is out, no replay pays.

    The page about the model tells how many states that are.
    """
    report = explore(World(bounds, OURS(bounds.lifetimes)))

    found = report.counterexample
    assert found is None, told(found, bounds)
    assert f"| {report.states:,} | {report.transitions:,} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", FLAWED)
def test_rules_with_a_known_flaw_are_found_out(name: str) -> None:
    """Each breaks the invariant that it is known to break, and the way there is told."""
    flawed = FLAWED[name]

    report = explore(World(flawed.bounds, flawed.rules(flawed.bounds.lifetimes)))

    assert report.counterexample
    assert report.counterexample.broken == flawed.breaks
    assert told(report.counterexample, flawed.bounds).count("\n") > 5


@pytest.mark.parametrize("bounds", SMALL, ids=described)
def test_states_that_count_as_the_same_behave_the_same(bounds: Bounds) -> None:
    """The steps from any state are those from the one that stands for it."""
    world, canonical = World(bounds, OURS(bounds.lifetimes)), Canon(bounds)
    for seed in range(60):
        state = initial(bounds)
        for step in walk(world, seed, longest=50):
            state = step.state

            ways, same = (
                {(canonical(way.state), way.action.verb, way.outcome, way.broken)
                 for way in world.steps(origin)} for origin in (state, canonical(state)))

            assert ways == same
