"""Errands are read as strictly as they are written, because functions are delivered one by one."""

from typing import Any

import pytest

from shared.errors import InvalidRequest
from shared.mail import errands
from shared.mail.errands import ChangeErrand, Errand, Occasion

CHANGE = ChangeErrand("ada@byron.example.org", "u-ada", 3, "203.0.113.7")


def test_an_errand_of_a_change_comes_back_as_it_was() -> None:
    assert errands.parse(CHANGE.as_event()) == CHANGE


@pytest.mark.parametrize("slip", [
    {"password_version": "3"}, {"password_version": True}, {"user_id": None}, {"more": "x"},
    {"occasion": "reset_password"}])
def test_what_is_almost_one_is_none(slip: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        errands.parse(CHANGE.as_event() | slip)


def test_no_errand_changes_the_address_of_nobody() -> None:
    """Its link would be a link for another purpose."""
    event = Errand(Occasion.CHANGE_EMAIL, "ada@byron.example.org", "203.0.113.7").as_event()

    with pytest.raises(InvalidRequest):
        errands.parse(event)
    with pytest.raises(InvalidRequest):
        Errand.parse(event)
