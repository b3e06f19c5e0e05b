"""Signing in and out is final in all tabs, whatever is under way in them."""

import pytest

from scripts.local.stack import LocalStack
from tests.browser.driver import Driver, Report
from tests.browser.server import is_there

SCENARIOS = ("sign_out_during_refresh", "sign_out_during_sign_in",
             "sign_out_during_change_password", "somebody_else", "cleared", "other_sessions",
             "offline")


@pytest.fixture(scope="module")
def reports(driver: Driver) -> dict[str, Report]:
    """All scenarios, which run at once because they mostly wait."""
    return dict(zip(SCENARIOS, driver.run(*({"scenario": name} for name in SCENARIOS)),
                    strict=True))


@pytest.mark.parametrize(("under_way", "error"), [
    ("refresh", "not_signed_in"), ("sign_in", "signed_out"), ("change_password", "signed_out")])
def test_nothing_brings_back_who_has_signed_out(
        reports: dict[str, Report], stack: LocalStack, under_way: str, error: str) -> None:
    report = reports[f"sign_out_during_{under_way}"]

    assert report["error"] == error
    assert report["left"] == {"value": None}
    assert report["told"] == [[None, report["session_id"], None]] * 3
    assert report["stored"]["pair"] is None
    # Neither the session from before nor that of the late answer is left.
    for session_id in {report["session_id"], report["issued_session_id"]}:
        assert not is_there(stack, report["user_id"], session_id)


def test_who_signs_in_elsewhere_is_who_is_signed_in(reports: dict[str, Report]) -> None:
    report = reports["somebody_else"]

    assert report["users"] == [report["user_id"]] * 2
    assert all(told[-1] == report["session_id"] for told in report["told"])
    # What the one has begun is not done as the other.
    assert report["error"] == "not_signed_in"


def test_a_cleared_storage_signs_out_and_nothing_else(reports: dict[str, Report]) -> None:
    assert reports["cleared"] == {"errors": ["not_signed_in", "not_signed_in"], "again": True,
                                  "names": reports["cleared"]["names"]}


def test_the_end_of_other_sessions_leaves_this_one_alone(reports: dict[str, Report],
                                                         stack: LocalStack) -> None:
    report = reports["other_sessions"]

    assert (report["listed"], report["ended"], report["stayed"]) == (2, 2, True)
    assert report["live"] == [False, False, True]
    # Then this one was ended from elsewhere.
    assert report["error"] == "session_ended"
    assert report["told"] == [None, report["session_id"], None]


def test_who_signs_out_offline_is_signed_out_here(reports: dict[str, Report]) -> None:
    report = reports["offline"]

    assert (report["error"], report["then"]) == ("unreachable", "not_signed_in")
    assert report["stored"]["pair"] is None


def test_a_page_to_which_somebody_goes_back_knows_what_happened(chromium: Driver) -> None:
    """The scenarios wait until the page was told. Chromium loads a page anew for which a message
    came; where only the storage was cleared, the page itself comes from the cache."""
    after_sign_out, after_clearing = chromium.run(
        {"scenario": "back_after_sign_out"}, {"scenario": "back_after_clearing"})

    assert not after_sign_out["from_cache"]
    assert after_clearing["from_cache"]
