"""DELETE /sessions: ends the caller's other sessions, or all."""

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.heavy import SDK

LOADS = SDK


def test_all_others_end(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """And the caller's own lives on."""
    answer = owner.end_sessions(laptop.access_token)

    assert (answer.status, answer.body) == (200, {"message": "sessions ended", "ended": 1})
    assert owner.is_let_in(laptop.access_token)
    assert not owner.is_let_in(phone.access_token)


def test_all_end_on_request(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """`include=current` ends the caller's own too."""
    answer = owner.end_sessions(laptop.access_token, include="current")

    assert answer.body["ended"] == 2
    assert not owner.is_let_in(laptop.access_token)
    assert not owner.is_let_in(phone.access_token)


def test_a_misspelt_request_ends_nothing(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """A value of `include` that means nothing is refused."""
    answer = owner.end_sessions(laptop.access_token, include="everything")

    assert answer.outcome == (400, "invalid_request")
    assert answer.body["message"] == "the parameter include can only be current"
    assert owner.is_let_in(phone.access_token)


def test_the_callers_own_session_ends_last(
        owner: Owner, between: Pair, left_after_each_deletion: list[list[str]]) -> None:
    """It is what the caller needs to try again if not all of them could be ended."""
    own = session_id(owner, between)

    assert owner.end_sessions(between.access_token, include="current").status == 200

    assert left_after_each_deletion[-2:] == [[own], []]
