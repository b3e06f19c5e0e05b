"""Passkeys of a device that Chromium takes for its own: what their owner gets, and what others do
not. What the stage refuses, its log names."""

import pytest

from scripts.local.stack import LocalStack
from tests.browser.driver import Driver, Report
from tests.browser.server import logged

SCENARIOS = ("life", "offer", "button", "elsewhere", "unverified", "removed", "put_back",
             "answers", "of_another")
# By the scenario and the answer in its report: what the client is told, and what the log says.
REFUSED = {
    ("elsewhere", "answer"): ("invalid_passkey", "authn_passkey_wrong_origin"),
    ("unverified", "answer"): ("invalid_passkey", "authn_passkey_user_unverified"),
    ("answers", "tampered"): ("invalid_passkey", "authn_passkey_wrong_signature"),
    ("answers", "replayed"): ("invalid_ticket", "authn_passkey_replayed"),
    ("answers", "elsewhere"): ("invalid_passkey", "authn_passkey_wrong_challenge"),
    ("of_another", "own"): ("invalid_passkey", "authn_passkey_of_another"),
    ("of_another", "swapped"): ("unknown_passkey", "authn_passkey_unknown"),
}


@pytest.fixture(scope="module")
def reports(chromium: Driver) -> dict[str, Report]:
    """All scenarios, which run at once because they mostly wait."""
    runs = ({"scenario": f"passkey_{name}"} for name in SCENARIOS)
    return dict(zip(SCENARIOS, chromium.run(*runs), strict=True))


def test_a_passkey_is_added_with_the_recovery_codes(reports: dict[str, Report]) -> None:
    added = reports["life"]["added"]

    assert (added["name"], added["rp_id"], added["last_used_at"]) == ("laptop", "localhost", None)
    assert len(added["recovery_codes"]) == 10


def test_a_device_that_has_one_makes_no_other(reports: dict[str, Report]) -> None:
    report = reports["life"]

    assert (report["again"], report["kept"], report["taken"]) == ("factor_exists", 1, 1)
    assert report["after"] == report["before"]


def test_a_passkey_signs_in_without_an_address(reports: dict[str, Report]) -> None:
    report = reports["life"]

    assert report["alone"]["sub"] == report["user_id"]
    assert (report["alone"]["amr"], report["alone"]["acr"]) == (["hwk", "user"], "aal2")
    assert report["alone"]["cnf"]["jkt"] == report["byPassword"]["cnf"]["jkt"]


def test_a_passkey_takes_the_second_step_after_the_password(reports: dict[str, Report]) -> None:
    report = reports["life"]

    assert report["kinds"] == ["passkey", "recovery_code"]
    assert (report["second"]["amr"], report["second"]["acr"]) == (["pwd", "hwk", "user"], "aal2")


def test_a_passkey_shows_again_who_somebody_is(reports: dict[str, Report]) -> None:
    before, shown = reports["life"]["byPassword"], reports["life"]["shown"]

    assert (before["acr"], shown["acr"]) == ("aal1", "aal2")
    assert shown["sid"] == before["sid"]
    assert shown["auth_time"] > before["auth_time"]


def test_a_passkey_is_renamed_and_removed(reports: dict[str, Report]) -> None:
    assert (reports["life"]["renamed"], reports["life"]["left"]) == ("old laptop", [])


def test_a_passkey_that_is_offered_can_be_taken_after_its_ticket_has_died(
        reports: dict[str, Report]) -> None:
    report = reports["offer"]

    assert (report["signed_in"], report["error"]) == (report["user_id"], None)


def test_a_button_takes_the_place_of_an_offer(reports: dict[str, Report]) -> None:
    report = reports["button"]

    assert report["offered"] == "AbortError"
    assert (report["signed_in"], report["error"]) == (report["user_id"], None)


def test_the_browser_keeps_passkeys_from_pages_of_other_domains(reports: dict[str, Report]
                                                                ) -> None:
    """An IP address, and a domain below that of the passkey."""
    assert reports["elsewhere"]["told"] == ["SecurityError", "SecurityError"]


def test_the_browser_keeps_passkeys_from_who_cannot_show_who_they_are(reports: dict[str, Report]
                                                                      ) -> None:
    assert reports["unverified"]["error"] == "passkey_cancelled"


def test_the_browser_finds_no_passkey_of_another_person(reports: dict[str, Report]) -> None:
    assert reports["of_another"]["told"] == "NotAllowedError"


@pytest.mark.parametrize(("scenario", "answer"), REFUSED)
def test_what_a_browser_would_not_send_is_refused(
        reports: dict[str, Report], stack: LocalStack, scenario: str, answer: str) -> None:
    name, event = REFUSED[scenario, answer]

    assert reports[scenario][answer] == {"status": 401, "name": name}
    assert (event, name) in _refusals(stack, reports[scenario]["user_id"])


def test_an_answer_that_is_refused_leaves_its_ticket_to_the_right_one(reports: dict[str, Report]
                                                                      ) -> None:
    assert reports["answers"]["used"]["status"] == 201


def test_a_counter_that_goes_back_is_refused(reports: dict[str, Report], stack: LocalStack
                                             ) -> None:
    report = reports["put_back"]

    assert (report["error"], report["pair"]) == ("invalid_passkey", None)
    assert _refusals(stack, report["user_id"]) == [
        ("authn_passkey_counter_went_back", "invalid_passkey")]


def test_a_passkey_that_was_removed_is_refused_and_no_longer_offered(
        reports: dict[str, Report], stack: LocalStack) -> None:
    """Nobody knows whose it was, so that the line in the log names no user."""
    report = reports["removed"]

    assert (report["error"], report["pair"]) == ("unknown_passkey", None)
    assert report["kept"] == [1, 0]
    assert ("authn_passkey_unknown", "unknown_passkey") in _refusals(stack, None)


def _refusals(stack: LocalStack, user_id: str | None) -> list[tuple[str, str]]:
    """Return the event and the name of each sign-in with a passkey that was refused."""
    return [(line["event"], line["name"]) for line in logged(stack, "createPasskeySession")
            if line.get("user_id") == user_id and line["status"] >= 400]
