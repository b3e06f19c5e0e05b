"""DELETE /sessions/{id}: ends one session, of the caller only."""

import pytest

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.heavy import SDK

LOADS = SDK
STRANGER = "eve@lovelace.example.org"


def test_one_session_ends(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """The one that was named, and once only."""
    lost = session_id(owner, phone)

    assert owner.end_session(laptop.access_token, lost).status == 200
    assert not owner.is_let_in(phone.access_token)
    assert owner.end_session(laptop.access_token, lost).outcome == (404, "not_found")


@pytest.mark.parametrize("name", ["", "x" * 2000, "../users", "\x00", "UPPER-CASE"])
def test_what_is_no_session_id_is_not_found(owner: Owner, phone: Pair, name: str) -> None:
    """Whatever a stranger puts into the path."""
    assert owner.end_session(phone.access_token, name).outcome == (404, "not_found")


def test_the_session_of_another_is_not_found(owner: Owner, phone: Pair) -> None:
    """Knowing its id does not help."""
    owner.sign_up(email=STRANGER)
    stranger = owner.sign_in(email=STRANGER).pair

    answer = owner.end_session(stranger.access_token, session_id(owner, phone))

    assert answer.outcome == (404, "not_found")
    assert owner.is_let_in(phone.access_token)
