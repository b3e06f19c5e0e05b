"""GET /sessions: the caller's live sessions."""

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.clock import NOW, Clock
from tests.support.heavy import SDK

LOADS = SDK


def test_live_sessions_are_listed_newest_first(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """Each with where it was opened, and which one is the caller's."""
    answer = owner.list_sessions(phone.access_token)

    listed = answer.body["sessions"]
    assert answer.status == 200
    assert [(s["id"], s["current"], s["created_at"]) for s in listed] == [
        (session_id(owner, laptop), False, NOW + 60), (session_id(owner, phone), True, NOW)]
    assert {(s["client_id"], s["address"], s["device"]) for s in listed} == {
        (owner.client_id, "203.0.113.7", "curl/8.10.1")}


def test_expired_sessions_are_not_listed(owner: Owner, phone: Pair, clock: Clock) -> None:
    """TTL sweeps late; an idle session is over all the same."""
    clock.advance(owner.services.settings.session_idle_seconds)

    listed = owner.list_sessions(owner.sign_in().pair.access_token).body["sessions"]

    assert [s["current"] for s in listed] == [True]
