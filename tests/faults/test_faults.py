"""The store fails at each single call of each handler: the answer is right or 503, nothing is
half-written, the same request sent again ends well, and no honest session dies.

Over moto, which is deterministic and whose tables can be put back; real connections to
DynamoDB Local break in tests of their own.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from lambda_functions import ping
from tests.faults import (accounts, addresses, bound_sessions, codes, factors, passkeys,
                          sessions, signing_in)
from tests.faults.scenario import SCENARIOS, Scenario
from tests.faults.trial import meet, usual
from tests.faults.world import World
from tests.support import failures
from tests.support.failures import EVERY_TRY, Fault, Kind

# The modules hold the scenarios, which are listed as they are imported.
assert accounts and addresses and bound_sessions and codes and factors and passkeys
assert sessions and signing_in

PASSING = (failures.LOST_AFTER, failures.UNPROCESSED)
LASTING = (failures.THROTTLED, failures.LOST_AFTER, failures.CONFLICT, failures.UNPROCESSED,
           failures.KILLED)
# What else means the same as one of those, by other bytes.
SPELLINGS = (failures.THROTTLED, failures.TOO_MANY, failures.GATEWAY, failures.ERROR_BEFORE,
             failures.ERROR_AFTER, failures.LOST_BEFORE, failures.LOST_AFTER, failures.GONE)
# By how often they fail, those that each scenario meets anyway.
MET = {1: PASSING, EVERY_TRY: LASTING}
# Between them, these make every kind of call to all four services.
FEW = tuple(each for each in SCENARIOS if each.name in (
    "sign_up_quietly", "send_a_mail", "sign_in_beyond_the_cap", "refresh_unused_tokens"))


def named(each: Scenario | Kind) -> str:
    return each.name


@pytest.mark.parametrize("scenario", SCENARIOS, ids=named)
class TestEachCall:
    def test_that_fails_once_is_made_good(self, scenario: Scenario, world: World) -> None:
        each_call(scenario, world, PASSING, tries=1)

    def test_that_goes_on_failing_is_told_and_can_be_repeated(
            self, scenario: Scenario, world: World) -> None:
        each_call(scenario, world, LASTING)

    def test_from_which_on_the_store_is_gone(self, scenario: Scenario, world: World) -> None:
        each_call(scenario, world, (failures.GONE,), lasting=True)


@pytest.mark.parametrize("tries", [1, EVERY_TRY])
@pytest.mark.parametrize("scenario", FEW, ids=named)
def test_a_failure_is_one_in_every_spelling(
        scenario: Scenario, tries: int, world: World) -> None:
    each_call(scenario, world, [kind for kind in SPELLINGS if kind not in MET[tries]], tries)


def each_call(scenario: Scenario, world: World, kinds: Sequence[Kind], tries: int = EVERY_TRY,
              lasting: bool = False) -> None:
    course = usual(scenario, world)
    for kind in kinds:
        world.reconnect()
        for at, operation in enumerate(course.calls):
            if kind.only and operation not in kind.only:
                continue
            try:
                meet(course, Fault(kind, at, tries, lasting))
            except Exception as error:
                error.add_note(f"{scenario.name}: {kind.name} at call {at}, {operation}")
                raise


def test_no_function_is_left_out() -> None:
    functions = {path.stem for path in Path(ping.__file__).parent.glob("[a-z]*.py")}

    assert {each.function for each in SCENARIOS} == functions, "write a scenario for each"
