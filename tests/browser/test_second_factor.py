"""A sign-in in two steps, and a step-up in one tab while another one refreshes."""

import pytest

from tests.browser.driver import Driver, Report


@pytest.fixture(scope="module")
def report(chromium: Driver) -> Report:
    [report] = chromium.run({"scenario": "two_steps"})
    return report


def test_a_code_signs_in_after_the_password(report: Report) -> None:
    first = report["first"]

    assert (first["name"], first["kinds"]) == ("second_factor_required", ["totp", "recovery_code"])
    assert report["between"]["pair"] is None
    assert (report["signedIn"]["acr"], report["signedIn"]["sid"]) == ("aal2", report["session_id"])
    # Each of three codes was used once.
    assert report["left"] == 7


def test_a_late_refresh_does_not_undo_a_step_up(report: Report) -> None:
    assert report["shown"]["auth_time"] > report["signedIn"]["auth_time"]
    assert report["afterRefresh"] == report["shown"]


def test_a_late_step_up_does_not_undo_a_refresh(report: Report) -> None:
    refreshed = report["refreshed"]

    assert report["late_error"] is None
    assert refreshed["gen"] > report["shown"]["gen"]
    assert (report["last"]["gen"], report["last"]["iat"]) >= (refreshed["gen"], refreshed["iat"])
    assert report["last"]["auth_time"] == refreshed["auth_time"] >= report["shown"]["auth_time"]


def test_the_person_stays_in_the_session(report: Report) -> None:
    assert report["told"][-1] == report["session_id"]
