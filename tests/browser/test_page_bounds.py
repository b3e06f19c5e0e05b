"""What the account pages load, how little they move by themselves, what they make of texts of
others, and what password managers find."""

import pytest

from tests.browser.conftest import MARKUP_NAME
from tests.browser.driver import Driver, Report
from tests.browser.ways import KINDS, Reports, Way, faults, reports_of

WAYS = [Way("loads"), Way("shifts"), Way("hostile", hands="keyboard"), Way("fields")]
WRONG = Way("wrong", hands="keyboard")
# A score up to this is good (web.dev, "Cumulative Layout Shift").
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

pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def all_reports(pages: Driver) -> Reports:
    return reports_of(pages, [*WAYS, WRONG])


@pytest.fixture(scope="module")
def reports(all_reports: Reports) -> Reports:
    return {way: all_reports[way] for way in WAYS}


@pytest.fixture(scope="module")
def loads(reports: Reports) -> list[Report]:
    """What each page has loaded on the first and on the second visit."""
    return list(reports[WAYS[0]]["loads"].values())


@pytest.fixture(scope="module")
def fields(reports: Reports) -> Report:
    return reports[WAYS[3]]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_on_the_way(reports: Reports, kind: str) -> None:
    assert faults(reports, kind) == {}


def test_the_checks_notice_what_is_wrong(all_reports: Reports) -> None:
    report = all_reports[WRONG]
    signs = {"axe": ["color-contrast"], "fit": ["is beyond the edge"],
             "focus": ["does not show it", "the focus is lost"],
             "leaks": ["GET /account/sign-in?state=a-secret"],
             "noise": ["console: wrong", "a dialog: wrong", "uncaught: Error: wrong",
                       "the policy has stopped connect-src http://127.0.0.1:9/",
                       "the policy has stopped require-trusted-types-for",
                       "is asked while the address has #x"]}

    assert signs.keys() == set(KINDS)
    for kind in KINDS:
        noticed = "\n".join(report[kind])
        assert [sign for sign in signs[kind] if sign not in noticed] == []


def test_a_document_names_all_that_its_page_loads(loads: list[Report]) -> None:
    """So that a page can be used one round trip after its HTML."""
    assert len(loads) == 9
    for visits in loads:
        needed = [one for one in visits["first"] if one["type"] in ("Script", "Stylesheet")]

        assert len(needed) == 3
        assert {one["by"] for one in needed} == {"parser"}


def test_what_a_page_loads_is_kept(loads: list[Report]) -> None:
    for visits in loads:
        assert not any(one["isKept"] for one in visits["first"])
        assert len(visits["second"]) == len(visits["first"])
        assert all(one["isKept"] for one in visits["second"])


def test_little_moves_by_itself(reports: Reports) -> None:
    moved = {one["name"]: sum(shift["value"] for shift in one["shifts"])
             for one in reports[WAYS[1]]["shifts"]}

    assert len(moved) == 22
    assert {name: score for name, score in moved.items() if score >= MOST_SHIFT} == {}


def test_texts_of_others_stay_texts(reports: Reports) -> None:
    report = reports[WAYS[2]]

    assert len(report["made"]) > 10
    assert not any(report["made"])
    assert MARKUP_NAME in report["title"]


def test_password_managers_find_what_they_look_for(fields: Report) -> None:
    told = {form: [field["autocomplete"] for field in shown]
            for form, shown in fields["forms"].items()}
    names = {field["value"] for shown in fields["forms"].values() for field in shown
             if field["isHidden"]}

    assert told == AUTOCOMPLETE
    assert names == {fields["email"]}


def test_each_field_takes_what_is_pasted(fields: Report) -> None:
    assert len(fields["pasted"]) == 12
    assert all(fields["pasted"])


def test_a_password_can_be_seen(fields: Report) -> None:
    assert fields["seen"] == [["password", "seen", "false"], ["text", "seen", "true"],
                              ["password", "seen", "false"]]
