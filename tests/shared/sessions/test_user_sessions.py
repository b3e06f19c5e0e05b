"""All sessions of one person: what is asked of the store, and what is not."""

import random

import pytest

from shared.callers import Caller
from shared.errors import NotFound, Unavailable
from shared.identities import EMAIL_ADDRESS, Identity
from shared.sessions.state import BY_PASSWORD, Session
from shared.sessions.user_sessions import UserSessions
from shared.stores.table import Table
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.failures import GONE, Fault
from tests.support.memory_store import MemorySessionStore
from tests.support.wire import Wire

SESSION_ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
DAY = 86_400
WEB_APP = Caller("web-app")
ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0)


def put(services: Services, *session_ids: str, opened_at: int = NOW) -> None:
    for session_id in session_ids:
        session = Session("ada", session_id, "web-app", 0, opened_at, opened_at,
                          opened_at + 30 * DAY, opened_at, BY_PASSWORD)
        services.session_store.put(session, services.lifetimes)


def stored(cloud: Cloud) -> set[str]:
    return {item["SessionId"] for item in Table(cloud.dynamodb, "sessions").scan()}


def test_a_session_id_that_the_person_does_not_have_is_not_found(services: Services,
                                                                 wire: Wire) -> None:
    with pytest.raises(NotFound):
        services.user_sessions.end("ada", SESSION_ID)

    assert wire.sent == ["DeleteItem"]


@pytest.mark.parametrize("session_id", [
    "", "s-1", SESSION_ID.upper(), SESSION_ID + "0", SESSION_ID + "\n", "0" + SESSION_ID,
    SESSION_ID.replace("-", ""), SESSION_ID.replace("0", "\u0660"), SESSION_ID * 100])
def test_an_id_of_another_shape_is_not_found_without_a_request(
        session_id: str, services: Services, wire: Wire) -> None:
    """The store refuses a key of more than 1024 bytes as a defect of ours."""
    with pytest.raises(NotFound):
        services.user_sessions.end("ada", session_id)

    assert wire.sent == []


def test_the_oldest_sessions_beyond_the_limit_end(services: Services, cloud: Cloud) -> None:
    for age in range(12):
        put(services, f"aged-{age}", opened_at=NOW - age)

    services.user_sessions.trim("ada", "aged-0")

    assert stored(cloud) == {f"aged-{age}" for age in range(10)}


def test_a_sign_in_never_ends_its_own_session(services: Services, cloud: Cloud) -> None:
    """Ten others of the same second, or of a clock that is ahead, count as older."""
    put(services, *[f"same-second-{number}" for number in range(5)])
    put(services, *[f"ahead-{number}" for number in range(5)], opened_at=NOW + 1)
    put(services, "0-own")

    services.user_sessions.trim("ada", "0-own")

    assert "0-own" in stored(cloud)
    assert len(stored(cloud)) == 10


def test_a_sign_in_spares_the_session_that_it_comes_from(services: Services, cloud: Cloud
                                                         ) -> None:
    for age in range(12):
        put(services, f"aged-{age}", opened_at=NOW - age)

    services.user_sessions.trim("ada", "aged-0", "aged-11")

    assert stored(cloud) == {f"aged-{age}" for age in range(9)} | {"aged-11"}


@pytest.mark.parametrize("seed", range(50))
def test_the_limit_holds_however_forty_sign_ins_interleave(services: Services,
                                                           seed: int) -> None:
    """Each stores its session, lists all of them, and ends what is beyond the limit."""
    # Not for secrets: the same seed must give the same order.
    dice = random.Random(seed)
    store = SlowStore()
    user_sessions = UserSessions(store, services.lifetimes, 10, lambda: NOW)
    jobs = {f"{dice.random()}": iter(("put", "list", "end")) for _ in range(40)}
    listed: dict[str, list[str]] = {}
    while jobs:
        own = dice.choice(list(jobs))
        step = next(jobs[own], None)
        if step is None:
            del jobs[own]
        elif step == "put":
            store.put(Session("ada", own, "web-app", 0, NOW, NOW, NOW + 30 * DAY, NOW,
                              BY_PASSWORD),
                      services.lifetimes)
        elif step == "list":
            user_sessions.trim("ada", own)
            listed[own] = store.held_back
            assert own not in listed[own]
        else:
            store.end(listed[own])

    assert 9 <= len(store.items) <= 10


class SlowStore(MemorySessionStore):
    """Holds back the deletions that it was asked for last."""

    held_back: list[str]

    def delete_many(self, user_id: str, session_ids: list[str]) -> None:
        self.held_back = session_ids

    def end(self, session_ids: list[str]) -> None:
        super().delete_many("ada", session_ids)


def test_a_sign_in_drops_a_hundred_of_the_sessions_that_are_over(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    """TTL may be days late, and then it sweeps the rest. The requests do not grow with them."""
    fill(cloud, dead=300)
    wire.mend()

    session, *_ = services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, lambda: None)

    sent = wire.sent_to_tables()
    assert sent.count("BatchWriteItem") == 4
    # The roles are read before and after the session is put.
    assert len(sent) == 4 + sent.count("Query") + 1 + 2
    assert session.session_id in stored(cloud)
    assert len(stored(cloud)) == 201


def fill(cloud: Cloud, dead: int) -> None:
    """Put that many sessions that were left idle until they were over."""
    for first in range(0, dead, 25):
        cloud.dynamodb.batch_write_item(RequestItems={"sessions": [
            {"PutRequest": {"Item": {
                "UserId": {"S": "ada"}, "SessionId": {"S": f"dead-{number}"},
                "client_id": {"S": "web-app"}, "generation": {"N": "0"},
                "created_at": {"N": str(NOW - 20 * DAY)},
                "refreshed_at": {"N": str(NOW - 20 * DAY)},
                "ends_at": {"N": str(NOW + 10 * DAY)}, "expires_at": {"N": str(NOW - 6 * DAY)},
                "auth_time": {"N": str(NOW - 20 * DAY)}, "amr": {"S": "pwd"},
                "acr": {"S": "aal1"},
                "address": {"S": "203.0.113.7"}, "device": {"S": "curl/8.10.1"},
                "roles_version": {"N": "0"}}}}
            for number in range(first, first + 25)]})


def test_live_sessions_beyond_the_limit_end_before_dead_ones_are_dropped(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    for age in range(36):
        put(services, f"live-{age}", opened_at=NOW - age)
    fill(cloud, dead=50)
    wire.arm(Fault(GONE, at=2, lasting=True))

    with pytest.raises(Unavailable):
        services.user_sessions.trim("ada", "live-0")

    wire.mend()
    assert {name for name in stored(cloud) if name.startswith("live")} <= {
        f"live-{age}" for age in (*range(10), 35)}
    assert len(stored(cloud)) == 61


def test_a_session_that_a_request_under_way_may_renew_is_not_dropped(
        services: Services, cloud: Cloud, clock: Clock) -> None:
    """The request came in the last second of the session, and its write comes now."""
    put(services, "tab")
    clock.advance(14 * DAY)
    services.user_sessions.trim("ada", "own")
    assert stored(cloud) == {"tab"}

    clock.advance(30)
    services.user_sessions.trim("ada", "own")

    assert stored(cloud) == set()


def test_ending_all_leaves_nothing_and_says_how_many_were_live(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    put(services, *[f"live-{number}" for number in range(30)])
    fill(cloud, dead=50)

    assert services.user_sessions.end_all("ada", last_session_id="live-7") == 30
    assert stored(cloud) == set()


@pytest.mark.parametrize(("at", "left"), [(1, 30), (2, 5), (3, 1)])
def test_live_sessions_end_before_dead_ones_and_the_callers_own_last(
        services: Services, cloud: Cloud, wire: Wire, at: int, left: int) -> None:
    """Wherever the store fails, the caller can still try again."""
    put(services, *[f"live-{number}" for number in range(30)])
    fill(cloud, dead=25)
    wire.arm(Fault(GONE, at=at, lasting=True))

    with pytest.raises(Unavailable):
        services.user_sessions.end_all("ada", last_session_id="live-7")

    wire.mend()
    live = {name for name in stored(cloud) if name.startswith("live")}
    assert len(live) == left
    assert "live-7" in live


def test_a_session_to_keep_is_kept(services: Services, cloud: Cloud) -> None:
    put(services, "own", "other")

    assert services.user_sessions.end_all("ada", keep_session_id="own") == 1
    assert stored(cloud) == {"own"}


# A session of the account pages can give a code, by which another one opens. Whoever confirms that
# one looks whether the first has ended; so whoever ends the first looks whether there is another.


def test_a_session_that_opened_while_others_were_being_ended_ends_with_them(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    put(services, "own", "pages")
    wire.before("BatchWriteItem", lambda: put(services, "by-a-code"))

    assert services.user_sessions.end_all("ada", keep_session_id="own") == 2
    assert stored(cloud) == {"own"}


def test_so_does_one_that_the_last_of_them_opened(services: Services, cloud: Cloud, wire: Wire
                                                  ) -> None:
    put(services, "own", "other")
    wire.before("DeleteItem", lambda: put(services, "by-a-code"))

    assert services.user_sessions.end_all("ada", last_session_id="own") == 3
    assert stored(cloud) == set()


def test_so_do_those_of_which_only_some_are_meant(services: Services, cloud: Cloud, wire: Wire
                                                  ) -> None:
    put(services, "own", "pages")
    wire.before("BatchWriteItem", lambda: put(services, "by-a-code"))

    services.user_sessions.end_below_aal2("ada", keep_session_id="own")

    assert stored(cloud) == {"own"}


def test_where_there_is_nothing_to_end_the_list_is_read_once(services: Services, wire: Wire
                                                             ) -> None:
    put(services, "own")
    wire.sent.clear()

    services.user_sessions.end_all("ada", keep_session_id="own")

    assert wire.sent == ["Query"]
