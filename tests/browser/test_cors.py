"""A page of the allowed origin can use everything, and a foreign one can read nothing."""

import pytest

from tests.browser.driver import Driver, Report


@pytest.fixture(scope="module")
def reports(driver: Driver) -> list[Report]:
    return driver.run({"scenario": "allowed_origin"}, {"scenario": "foreign_origin"})


def test_all_methods_pass_their_preflights(reports: list[Report]) -> None:
    allowed, _ = reports

    assert allowed["email"] is True
    assert allowed["methods"] == ["DELETE", "GET", "OPTIONS", "POST", "PUT"]


def test_refusals_can_be_read(reports: list[Report]) -> None:
    """Those of the functions and those of API Gateway, with the time to wait."""
    allowed, _ = reports

    assert (allowed["weak"]["status"], allowed["weak"]["fields"][0]["field"]) == (400, "email")
    assert (allowed["refused"]["status"], allowed["refused"]["name"]) == (401, "unauthorized")
    assert (allowed["first"]["status"], allowed["first"]["name"]) == (401, "bad_credentials")
    assert (allowed["last"]["status"], allowed["last"]["name"]) == (429, "too_many_attempts")
    assert allowed["last"]["retryAfterSeconds"] >= 1


def test_a_foreign_origin_gets_no_answer(reports: list[Report]) -> None:
    _, foreign = reports

    assert (foreign["error"]["name"], foreign["error"]["status"]) == ("unreachable", 0)
    assert foreign["ping"] == "TypeError"


def test_what_needs_a_preflight_is_not_even_sent_by_a_foreign_origin(reports: list[Report]
                                                                     ) -> None:
    _, foreign = reports

    assert set(foreign["sent"]) == {"OPTIONS /session", "GET /ping"}
