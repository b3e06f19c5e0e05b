"""GET and DELETE /sessions, DELETE /sessions/{id}: the roster, through the handlers."""

import pytest

from shared.wiring import Services
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud

STRANGER = "eve@lovelace.example.org"


@pytest.fixture
def phone(owner: Owner) -> Pair:
    return owner.sign_in().pair


@pytest.fixture
def laptop(owner: Owner, phone: Pair, clock: Clock) -> Pair:
    clock.advance(60)
    return owner.sign_in().pair


def session_id(owner: Owner, pair: Pair) -> str:
    return str(owner.authorize(pair.access_token)["context"]["session_id"])


def test_live_sessions_are_listed_newest_first(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """Each with where it was opened, and which one is the caller's."""
    listed = owner.list_sessions(phone.access_token).body["sessions"]

    assert [(s["id"], s["current"], s["created_at"]) for s in listed] == [
        (session_id(owner, laptop), False, NOW + 60), (session_id(owner, phone), True, NOW)]
    assert {(s["client_id"], s["address"], s["device"]) for s in listed} == {
        (owner.client_id, "203.0.113.7", "curl/8.10.1")}


def test_expired_sessions_are_not_listed(owner: Owner, phone: Pair, clock: Clock) -> None:
    """TTL sweeps late; an idle session is over all the same."""
    clock.advance(owner.services.settings.session_idle_seconds)

    listed = owner.list_sessions(owner.sign_in().pair.access_token).body["sessions"]

    assert [s["current"] for s in listed] == [True]


def test_all_others_end(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """And the caller's own lives on."""
    answer = owner.end_sessions(laptop.access_token)

    assert answer.body == {"message": "sessions ended", "ended": 1}
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
    assert owner.is_let_in(phone.access_token)


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


def test_the_eleventh_session_ends_the_oldest(owner: Owner, clock: Clock) -> None:
    """Ten live sessions a person."""
    pairs = []
    for _ in range(11):
        pairs.append(owner.sign_in().pair)
        clock.advance(1)

    assert [owner.is_let_in(pair.access_token) for pair in pairs] == [False] + [True] * 10


def test_sign_ins_at_once_leave_ten(owner: Owner, clock: Clock, cloud: Cloud,
                                    mailing: Services) -> None:
    """One sign-in that has stored its session, but not looked yet, is seen by the other."""
    for _ in range(10):
        owner.sign_in()
        clock.advance(1)
    user_id = cloud.item("users")["UserId"]

    def another_opens() -> None:
        mailing.sessions.open(user_id, owner.client_id, confirm=lambda: None)

    mailing.sessions.open(user_id, owner.client_id, confirm=another_opens)
    mailing.roster.trim(user_id)

    assert len(mailing.roster.live(user_id)) == 10
