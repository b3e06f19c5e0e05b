"""Each rule of the client is needed: without it, a scenario ends badly that ends well with it."""

import pytest

from tests.browser.driver import Driver, Report

# By the scenario: the mutant of driver/mutants.mjs, and what goes wrong with it. Sessions are not
# bound to a key here: a pair that is spent too early does not end one that is.
BEARERS = {
    "idle_tab": ("own-copy", "signed out"),
    "late_answer": ("last-answer-wins", "signed out"),
    "slow_retries": ("first-pair-again", "signed out"),
    "end_of_the_last_session": ("any-session-ended", "signed out"),
    "hanging_request": ("cached-requests", "waited for another tab"),
    "sign_out_meets_refresh": ("refresh-after-sign-out", "signed in again"),
    "sign_out_meets_sign_in": ("sign-in-after-sign-out", "signed in again"),
    "sign_out_meets_passkey": ("sign-in-after-sign-out", "signed in again"),
    "repeated_passkey": ("no-exclusion", "a second passkey"),
    "old_offer": ("first-ticket", "an old ticket"),
    "button_meets_offer": ("two-calls", "refused"),
}
BOUND = {
    "second_tab": ("own-key", "signed out"),
    "look_at_the_key": ("readable-key", "readable"),
    "lost_refresh": ("first-proof-again", "refused"),
    "late_clock": ("own-clock", "refused"),
    "bound_passkey": ("no-key", "not bound"),
}
MUTANTS = BEARERS | BOUND


@pytest.fixture(scope="module")
def reports(chromium: Driver) -> dict[tuple[str, str], Report]:
    """By scenario and build, all run at once because they mostly wait."""
    pairs = [(scenario, build) for scenario, (mutant, _) in MUTANTS.items()
             for build in ("real", mutant)]
    runs = ({"scenario": scenario, "build": build, "possession": scenario in BOUND}
            for scenario, build in pairs)
    return dict(zip(pairs, chromium.run(*runs), strict=True))


@pytest.mark.parametrize("scenario", MUTANTS)
def test_the_client_gets_through(reports: dict[tuple[str, str], Report], scenario: str) -> None:
    assert reports[scenario, "real"]["wrong"] == []


@pytest.mark.parametrize("scenario", MUTANTS)
def test_the_client_without_the_rule_does_not(reports: dict[tuple[str, str], Report],
                                              scenario: str) -> None:
    mutant, wrong = MUTANTS[scenario]

    assert reports[scenario, mutant]["wrong"] == [wrong]
