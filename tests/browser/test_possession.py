"""A session is of use to the browser that has its key, and to nobody else."""

import pytest

from scripts.local.stack import LocalStack
from tests.browser.driver import Driver, Report
from tests.browser.server import is_there

CLOCKS = {"fast": 1, "slow": -1}


@pytest.fixture(scope="module")
def reports(driver: Driver) -> dict[str, Report]:
    """All scenarios, which run at once because they mostly wait."""
    runs: dict[str, dict[str, object]] = {
        "one_key": {"scenario": "one_key"}, "copied_storage": {"scenario": "copied_storage"},
        **{name: {"scenario": "wrong_clock", "direction": direction}
           for name, direction in CLOCKS.items()}}
    return dict(zip(runs, driver.run(*runs.values()), strict=True))


def test_all_tabs_have_one_key_that_no_script_can_take_away(reports: dict[str, Report]) -> None:
    report = reports["one_key"]
    [key] = report["sent"]

    assert report["seen"] == [{"isSecret": True, "key": key}] * 2
    assert (report["users"], report["stored"]) == ([True, True], "DPoP")


def test_a_copied_storage_gets_nothing(reports: dict[str, Report]) -> None:
    report = reports["copied_storage"]

    assert report["error"] == "key_lost"
    assert (report["told"], report["left"]) == ([report["session_id"], None], None)
    # The client does not ask the API, which would refuse, too.
    assert report["sent"] == 0
    assert report["tried"] == [401, 401, 401]


def test_whose_storage_was_copied_stays_signed_in(reports: dict[str, Report]) -> None:
    report = reports["copied_storage"]

    assert report["lives_on"]
    assert report["honest"] == [None, report["session_id"]]


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_that_is_wrong_is_corrected_once(reports: dict[str, Report], stack: LocalStack,
                                                 clock: str) -> None:
    report = reports[clock]

    assert report["refused"] == ["POST /session"]
    assert report["refreshes"] >= 1
    assert report["type"] == "DPoP"
    assert not is_there(stack, report["user_id"], report["session_id"])
