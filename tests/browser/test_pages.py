"""The account pages: each way through them, by mouse and by the keyboard alone, in each language
and both colour schemes; also when answers are slow, lost, or say that something failed."""

import pytest

from tests.browser.driver import Driver
from tests.browser.ways import (
    ALL_WAYS, KINDS, Reports, Way, faults, of, reports_of, ways_of,
)

FLOWS = ("sign_up", "verify_elsewhere", "forgotten", "password", "address", "app", "passkey",
         "offer", "proof", "devices", "data", "astray", "unready", "application",
         "tabs", "bare")
WAYS = [way for number, scenario in enumerate(FLOWS)
        for way in ways_of(scenario, number)]
WAYS += [*ways_of("failing", 0), *ways_of("parts", 1), *ways_of("slow", 2),
         Way("lost", "ar", "keyboard", "dark"), *ways_of("languages", 0)]

pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def reports(pages: Driver) -> Reports:
    return reports_of(pages, WAYS)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_way_leads_to_its_end(reports: Reports, way: Way) -> None:
    assert reports[way]["names"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_on_the_way(reports: Reports, kind: str) -> None:
    assert faults(reports, kind) == {}


def test_many_states_are_examined(reports: Reports) -> None:
    assert sum(report["states"] for report in reports.values()) > (150 if ALL_WAYS else 50)


def test_recovery_codes_can_be_copied_and_downloaded(reports: Reports) -> None:
    for report in of(reports, "app"):
        codes = report["codes"]

        assert len(set(codes)) == 10
        assert not set(codes) & set(report["others"])
        assert report["copied"] == report["file"]["text"] == "\n".join(codes)
        assert report["file"]["name"].endswith(".txt")


def test_what_is_held_about_a_person_is_a_file(reports: Reports) -> None:
    for report in of(reports, "data"):
        assert report["data"]["account"]["email"] == report["email"]
        assert report["name"].endswith(".json")


def test_who_shows_no_proof_has_done_nothing(reports: Reports) -> None:
    for report in of(reports, "proof"):
        assert report["cancelled"] == 1


def test_an_application_gets_people_back_with_a_code_that_only_it_can_use_once(
        reports: Reports) -> None:
    for report in of(reports, "application"):
        assert [opened["email"] for opened in report["exchanges"]] == report["people"]
        for opened in report["exchanges"]:
            assert (opened["names"], opened["isSameState"]) == (["code", "state"], True)
            assert {opened["stolen"], opened["again"]} == {"invalid_authorization_code"}


def test_the_pages_lead_nowhere_else(reports: Reports) -> None:
    for report in of(reports, "application"):
        assert report["kept"] == [True, True, True]


def test_browsers_that_run_no_script_say_so(reports: Reports) -> None:
    for report in of(reports, "bare"):
        assert report["told"] == [True, True]


def test_the_language_is_asked_for_chosen_and_kept(reports: Reports) -> None:
    for report in of(reports, "languages"):
        assert {spoken for spoken, *_ in report["seen"]} == {"ar", "de", "en"}
        for spoken, language, direction in report["seen"]:
            assert (language, direction) == (spoken, "rtl" if spoken == "ar" else "ltr")


def test_who_is_impatient_sends_nothing_twice(reports: Reports) -> None:
    for report in of(reports, "slow"):
        assert (report["signed_in"], report["exported"]) == (1, 1)


def test_a_button_that_waits_moves_only_for_those_who_like_it(reports: Reports) -> None:
    for report in of(reports, "slow"):
        assert (report["moved"] > 0, report["still"]) == (True, 0)


@pytest.mark.parametrize("scenario", ["lost", "failing"])
def test_what_was_typed_stays_when_something_fails(reports: Reports, scenario: str) -> None:
    for report in of(reports, scenario):
        assert report["kept"] and all(report["kept"])


def test_each_part_that_fails_can_be_loaded_again(reports: Reports) -> None:
    for report in of(reports, "parts"):
        assert report["buttons"] == [1, 1, 1]
