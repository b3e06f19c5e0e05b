"""The account pages: each way through them, by mouse and by the keyboard alone, in each language and
both colour schemes; and all that could be wrong with what people come to on the way."""

from itertools import cycle
from typing import NamedTuple

import pytest

from tests.browser.conftest import MARKUP_NAME
from tests.browser.driver import Driver, Report


class Way(NamedTuple):
    """A scenario, and how it is seen and done."""

    scenario: str
    language: str
    hands: str
    scheme: str

    def __str__(self) -> str:
        return "-".join(self)


FLOWS = ("sign_up", "verify_elsewhere", "forgotten", "password", "address", "app", "passkey",
         "offer", "proof", "devices", "data", "astray", "languages", "unready")
TROUBLES = ("slow", "lost", "failing", "parts")
BOUNDS = ("loads", "shifts", "hostile", "fields")
# Each pair of a language, a hand and a scheme is on the way of several scenarios.
OTHERS = cycle([("keyboard", "light"), ("mouse", "dark")])
WAYS = [way for scenario in FLOWS + TROUBLES for way in (
    Way(scenario, "en", "mouse", "light"), Way(scenario, "de", "keyboard", "dark"),
    Way(scenario, "ar", *next(OTHERS)))]
WAYS += [Way(scenario, "en", "mouse", "light") for scenario in BOUNDS]
WRONG = Way("wrong", "en", "keyboard", "light")
# Of a new layout, this much is good (web.dev, "Cumulative Layout Shift").
MOST_SHIFT = 0.1

# What each form tells password managers of its fields (HTML, "Autofill").
AUTOCOMPLETE = {
    "sign-in": ["username webauthn", "current-password"],
    "sign-up": ["username", "new-password"],
    "forgot-password": ["username"],
    "reset-password": ["new-password"],
    "verify-email": ["current-password"],
    "password": ["username", "current-password", "new-password"],
    "address": ["email"],
    "leave": ["username", "current-password"],
    "app": ["one-time-code"],
    "proof": ["username", "current-password"]}

Reports = dict[Way, Report]


@pytest.fixture(scope="module")
def all_reports(pages: Driver) -> Reports:
    """All scenarios, which run at once because they mostly wait."""
    ways = [*WAYS, WRONG]
    # The longest ones begin first.
    ways.sort(key=lambda way: way.scenario not in ("slow", "passkey", "app", "failing"))
    return dict(zip(ways, pages.run(*({"scenario": f"pages_{way.scenario}", "language": way.language,
                                       "hands": way.hands, "scheme": way.scheme}
                                      for way in ways)), strict=True))


@pytest.fixture(scope="module")
def reports(all_reports: Reports) -> Reports:
    return {way: all_reports[way] for way in WAYS}


def of(reports: Reports, scenario: str) -> list[Report]:
    return [report for way, report in reports.items() if way.scenario == scenario]


def found(reports: Reports, kind: str) -> dict[str, set[str]]:
    """Return what was found of a kind, and on which ways."""
    told: dict[str, set[str]] = {}
    for way, report in reports.items():
        for fault in report.get(kind, []):
            told.setdefault(fault, set()).add(str(way))
    return told


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_way_leads_to_its_end(reports: Reports, way: Way) -> None:
    assert reports[way]["names"]


@pytest.mark.parametrize("kind", ["axe", "fit", "focus", "noise", "leaks"])
def test_nothing_is_wrong_on_the_way(reports: Reports, kind: str) -> None:
    """axe-core has nothing to say, of WCAG 2.2 AA and its best practices. In a window of 320 by 256
    pixels, and with spaced text, everything fits and nothing is too small. The focus can be seen,
    and is not lost. Nothing is in the console, stopped by the policy, or asked of another origin;
    and no script shows a dialog. No token is in an address, a title or a Referer."""
    assert found(reports, kind) == {}


def test_many_states_are_examined(reports: Reports) -> None:
    assert sum(report["states"] for report in reports.values()) > 150


def test_the_checks_notice_what_is_wrong(all_reports: Reports) -> None:
    report = all_reports[WRONG]
    noise = "\n".join(report["noise"])

    assert any("color-contrast" in fault for fault in report["axe"])
    assert any("is beyond the edge" in fault for fault in report["fit"])
    assert any("does not show it" in fault for fault in report["focus"])
    assert any("the focus is lost" in fault for fault in report["focus"])
    for sign in ("console: wrong", "a dialog: wrong", "uncaught: Error: wrong",
                 "the policy has stopped connect-src http://127.0.0.1:9/",
                 "the policy has stopped require-trusted-types-for",
                 "is asked while the address has #x"):
        assert sign in noise
    assert any(leak.startswith("GET /account/sign-in?") for leak in report["leaks"])


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
    assert [report["cancelled"] for report in of(reports, "proof")] == [1, 1, 1]


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


def test_a_document_names_all_that_its_page_loads(reports: Reports) -> None:
    """So that a page can be used one round trip after its HTML."""
    [report] = of(reports, "loads")
    for loads in report["loads"].values():
        scripts = [one for one in loads["first"] if one["type"] in ("Script", "Stylesheet")]

        assert len(scripts) == 3
        assert {one["by"] for one in scripts} == {"parser"}


def test_what_a_page_loads_is_kept(reports: Reports) -> None:
    [report] = of(reports, "loads")
    for loads in report["loads"].values():
        assert not any(one["isKept"] for one in loads["first"])
        assert len(loads["second"]) == len(loads["first"])
        assert all(one["isKept"] for one in loads["second"])


def test_little_moves_by_itself(reports: Reports) -> None:
    [report] = of(reports, "shifts")
    moved = {one["name"]: sum(shift["value"] for shift in one["shifts"])
             for one in report["shifts"]}

    assert len(moved) == 22
    assert max(moved.values()) < MOST_SHIFT, moved


def test_texts_of_others_stay_texts(reports: Reports) -> None:
    [report] = of(reports, "hostile")

    assert len(report["made"]) > 10
    assert not any(report["made"])
    assert MARKUP_NAME in report["title"]


def test_password_managers_find_what_they_look_for(reports: Reports) -> None:
    [report] = of(reports, "fields")
    told = {form: [field["autocomplete"] for field in fields]
            for form, fields in report["forms"].items()}
    names = {field["value"] for fields in report["forms"].values() for field in fields
             if field["isHidden"]}

    assert told == AUTOCOMPLETE
    assert names == {report["email"]}


def test_each_field_takes_what_is_pasted(reports: Reports) -> None:
    [report] = of(reports, "fields")

    assert len(report["pasted"]) == 12
    assert all(report["pasted"])


def test_a_password_can_be_seen(reports: Reports) -> None:
    [report] = of(reports, "fields")

    assert report["seen"] == [["password", "seen", "false"], ["text", "seen", "true"],
                              ["password", "seen", "false"]]
