"""Each change of a session is one conditional write, and says how the item stands after it."""

from dataclasses import fields, replace

import pytest

from shared.sessions.state import BY_PASSWORD, Lifetimes, Session, Written, proven_by
from shared.stores.failures import ConditionFailed
from shared.stores.sessions import DynamoSessionStore
from shared.stores.table import Table
from shared.tokens.session_tokens import Claims
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.largest_session import largest_sessions
from tests.support.memory_store import MemorySessionStore
from tests.support.wire import Wire

LIFETIMES = Lifetimes(access_token_seconds=3600, session_idle_seconds=10_000,
                      session_absolute_seconds=40_000, early_refresh_seconds=60,
                      grace_seconds=30)
OPENED = Session("ada", "s-1", "web-app", generation=0, created_at=NOW, refreshed_at=NOW,
                 ends_at=NOW + 40_000, auth_time=NOW, proven=BY_PASSWORD,
                 address="203.0.113.7", device="curl/8.10.1")
USED = replace(OPENED, acknowledged_at=NOW)
CLAIMS = Claims("ada", "web-app", "s-1", 0, NOW, NOW + 10_000, ends_at=NOW + 40_000)
STALE_AT = NOW + 3540


@pytest.fixture
def store(cloud: Cloud) -> DynamoSessionStore:
    return DynamoSessionStore(Table(cloud.dynamodb, "sessions"))


def settle(cloud: Cloud, session: Session) -> None:
    """Have the table hold `session` alone."""
    cloud.drop("sessions")
    DynamoSessionStore(Table(cloud.dynamodb, "sessions")).put(session, LIFETIMES)
    if session.acknowledged_at is not None:
        cloud.change("sessions", acknowledged_at=session.acknowledged_at)


def test_a_session_comes_back_as_it_was_put(store: DynamoSessionStore) -> None:
    store.put(OPENED, LIFETIMES)

    assert store.get("ada", "s-1") == OPENED
    assert store.get("ada", "s-2") is None


def test_the_roles_of_a_session_come_back_as_they_were_put(store: DynamoSessionStore,
                                                           cloud: Cloud) -> None:
    analyst = replace(OPENED, roles=("analyst", "billing:read"))

    store.put(OPENED, LIFETIMES)
    assert "roles" not in cloud.item("sessions")
    cloud.drop("sessions")
    store.put(analyst, LIFETIMES)

    assert store.get("ada", "s-1") == analyst
    assert store.every("ada") == [analyst]


LARGEST = largest_sessions(NOW)


def test_the_largest_sessions_have_whatever_a_session_can_have() -> None:
    assert all(any(getattr(session, field.name) != field.default for session in LARGEST)
               for field in fields(Session) if field.name not in ("acknowledged_at", "proof_id"))


@pytest.mark.parametrize("session", LARGEST, ids=["two factors", "a password alone"])
def test_the_largest_session_is_a_small_item(session: Session, store: DynamoSessionStore,
                                             cloud: Cloud) -> None:
    """At most 1 KB as DynamoDB counts it ("DynamoDB item sizes and formats"), so that a write
    costs one unit."""
    store.put(session, LIFETIMES)
    store.renew(session, NOW, LIFETIMES, acknowledge=True, proof_id="p" * 11)

    def size(value: str | int) -> int:
        """A number takes a byte for two digits, and one more."""
        return (len(str(value)) + 1) // 2 + 1 if isinstance(value, int) else len(value)

    item = cloud.item("sessions")
    assert item.keys() >= {"acknowledged_at", "roles", "roles_version", "jkt", "proof"}
    assert sum(len(name) + size(value) for name, value in item.items()) <= 1024


def test_ttl_reads_the_end_of_the_newest_refresh_token(store: DynamoSessionStore,
                                                       cloud: Cloud) -> None:
    """Whatever sets `refreshed_at` sets it, so that an idle session is swept when it is over."""
    store.put(OPENED, LIFETIMES)
    assert cloud.item("sessions")["expires_at"] == NOW + 10_000

    store.renew(OPENED, NOW + 3540, LIFETIMES, acknowledge=True)
    assert cloud.item("sessions")["expires_at"] == NOW + 13_540

    store.rotate(CLAIMS, NOW + 7080, LIFETIMES)
    assert cloud.item("sessions")["expires_at"] == NOW + 17_080


@pytest.mark.parametrize("write", ["renew", "rotate"])
def test_ttl_never_reads_an_instant_after_the_absolute_end(
        write: str, store: DynamoSessionStore, cloud: Cloud) -> None:
    old = replace(USED, refreshed_at=NOW + 30_000)
    settle(cloud, old)

    if write == "renew":
        store.renew(old, NOW + 35_000, LIFETIMES, acknowledge=False)
    else:
        store.rotate(CLAIMS, NOW + 35_000, LIFETIMES)

    item = cloud.item("sessions")
    assert (item["refreshed_at"], item["expires_at"]) == (NOW + 35_000, NOW + 40_000)


def test_a_session_id_is_taken_once(store: DynamoSessionStore) -> None:
    store.put(OPENED, LIFETIMES)

    with pytest.raises(ConditionFailed):
        store.put(replace(OPENED, created_at=NOW + 1), LIFETIMES)


def test_rotating_advances_the_generation(store: DynamoSessionStore, cloud: Cloud) -> None:
    settle(cloud, USED)

    written = store.rotate(CLAIMS, STALE_AT, LIFETIMES)

    assert written == Written(True, replace(OPENED, generation=1, refreshed_at=STALE_AT))
    assert store.get("ada", "s-1") == written.session


def test_the_proof_of_the_last_refresh_rotates_nothing_again(store: DynamoSessionStore,
                                                             cloud: Cloud) -> None:
    settle(cloud, USED)
    store.renew(USED, STALE_AT, LIFETIMES, acknowledge=True, proof_id="proof-1")
    later = STALE_AT + 3540

    again = store.rotate(CLAIMS, later, LIFETIMES, "proof-1")
    another = store.rotate(CLAIMS, later, LIFETIMES, "proof-2")

    assert (again.applied, another.applied) == (False, True)
    assert again.session is not None and again.session.proof_id == "proof-1"
    assert another.session is not None and another.session.proof_id == "proof-2"


PROVEN = replace(OPENED, proven=proven_by("pwd", "otp"), auth_time=NOW + 9, refreshed_at=NOW + 9)


@pytest.mark.parametrize("proof_id", ["", "p" * 11])
@pytest.mark.parametrize("acknowledge", [True, False])
@pytest.mark.parametrize("used_at", [None, NOW + 10])
def test_proving_renews_and_says_when_and_how(
        store: DynamoSessionStore, cloud: Cloud, used_at: int | None, acknowledge: bool,
        proof_id: str) -> None:
    """All other attributes stay as they are."""
    seen = replace(PROVEN, acknowledged_at=used_at, roles=("analyst",), jkt="k" * 43)
    settle(cloud, seen)

    written = store.prove(seen, proven_by("pwd", "rec"), STALE_AT, LIFETIMES, acknowledge,
                          proof_id)

    first_use = used_at or (STALE_AT if acknowledge else None)
    assert written == Written(True, replace(
        seen, refreshed_at=STALE_AT, auth_time=STALE_AT, proven=proven_by("pwd", "rec"),
        acknowledged_at=first_use, proof_id=proof_id))
    assert store.get("ada", "s-1") == written.session
    assert cloud.item("sessions")["expires_at"] == STALE_AT + 10_000


@pytest.mark.parametrize(("shown", "left"), [("otp", None), ("pwd", NOW + 99)])
def test_a_second_factor_ends_the_time_to_enrol_one(
        store: DynamoSessionStore, shown: str, left: int | None) -> None:
    seen = replace(OPENED, enrol_by=NOW + 99)
    store.put(seen, LIFETIMES)

    store.prove(seen, proven_by("pwd", shown), NOW + 9, LIFETIMES, acknowledge=False)

    session = store.get("ada", "s-1")
    assert session is not None and session.enrol_by == left


@pytest.mark.parametrize("stands", [
    None, replace(OPENED, generation=1), replace(OPENED, refreshed_at=NOW + 1),
    replace(OPENED, auth_time=NOW + 1), replace(OPENED, proven=proven_by("pwd", "otp")),
    replace(OPENED, generation=1, auth_time=STALE_AT, refreshed_at=STALE_AT,
            proven=proven_by("pwd", "otp"))],
    ids=["gone", "rotated", "renewed", "proven since", "proven otherwise", "proven once rotated"])
def test_a_proof_loses_to_any_other_change(stands: Session | None, store: DynamoSessionStore,
                                           cloud: Cloud) -> None:
    if stands is not None:
        settle(cloud, stands)

    written = store.prove(OPENED, proven_by("pwd", "otp"), STALE_AT, LIFETIMES, acknowledge=True)

    assert written == Written(False, stands)
    assert store.every("ada") == ([] if stands is None else [stands])


@pytest.mark.parametrize("refreshed_at", [NOW, NOW + 20])
def test_a_proof_whose_answer_was_lost_recognises_itself(
        refreshed_at: int, store: DynamoSessionStore, wire: Wire) -> None:
    """Also by a clock that is behind the one that renewed the session last."""
    seen = replace(OPENED, refreshed_at=refreshed_at)
    store.put(seen, LIFETIMES)
    wire.lose_answers("UpdateItem")

    written = store.prove(seen, PROVEN.proven, NOW + 9, LIFETIMES, acknowledge=False)

    assert wire.arrived.count("UpdateItem") == 2
    assert written == Written(True, replace(PROVEN, refreshed_at=max(NOW + 9, refreshed_at)))
    assert store.get("ada", "s-1") == written.session


@pytest.mark.parametrize("write", ["renew", "prove"])
def test_a_clock_that_is_behind_takes_nothing_back_that_another_gave(
        write: str, store: DynamoSessionStore, cloud: Cloud) -> None:
    """Else the session would end before its newest tokens say."""
    ahead = replace(OPENED, refreshed_at=NOW + 20)
    settle(cloud, ahead)

    written = (store.renew(ahead, NOW + 18, LIFETIMES, acknowledge=False) if write == "renew" else
               store.prove(ahead, BY_PASSWORD, NOW + 18, LIFETIMES, acknowledge=False))

    shown_at = NOW if write == "renew" else NOW + 18
    assert written == Written(True, replace(ahead, auth_time=shown_at))
    assert cloud.item("sessions")["expires_at"] == NOW + 10_020


@pytest.mark.parametrize("acknowledge", [True, False])
@pytest.mark.parametrize("used_at", [None, NOW + 10])
def test_renewing_counts_from_now_and_keeps_the_first_use(
        store: DynamoSessionStore, cloud: Cloud, used_at: int | None,
        acknowledge: bool) -> None:
    seen = replace(OPENED, acknowledged_at=used_at)
    settle(cloud, seen)

    written = store.renew(seen, STALE_AT, LIFETIMES, acknowledge)

    first_use = used_at or (STALE_AT if acknowledge else None)
    assert written == Written(
        True, replace(seen, refreshed_at=STALE_AT, acknowledged_at=first_use))


def test_acknowledging_notes_the_first_use_only(store: DynamoSessionStore) -> None:
    store.put(OPENED, LIFETIMES)

    store.acknowledge(OPENED, NOW + 5)
    store.acknowledge(OPENED, NOW + 9)

    assert store.get("ada", "s-1") == replace(OPENED, acknowledged_at=NOW + 5)


def test_a_deleted_session_stays_deleted(store: DynamoSessionStore) -> None:
    """No write of a request that was under way brings it back."""
    store.put(OPENED, LIFETIMES)
    assert store.delete("ada", "s-1")

    assert store.rotate(CLAIMS, STALE_AT, LIFETIMES) == Written(False, None)
    assert store.renew(OPENED, STALE_AT, LIFETIMES, acknowledge=True) == Written(False, None)
    assert store.prove(OPENED, BY_PASSWORD, STALE_AT, LIFETIMES, acknowledge=True) == Written(
        False, None)
    store.acknowledge(OPENED, STALE_AT)
    assert not store.delete("ada", "s-1")
    assert store.get("ada", "s-1") is None


ANALYST = ("analyst", "billing:read")


@pytest.mark.parametrize(("held", "given"), [((), ANALYST), (ANALYST, ("auditor",)), (ANALYST, ())])
def test_a_session_is_given_other_roles_and_nothing_else(
        store: DynamoSessionStore, cloud: Cloud, held: tuple[str, ...], given: tuple[str, ...]
        ) -> None:
    """Whatever a refresh has done since the session was read stays as it is."""
    seen = replace(USED, roles=held, roles_version=3)
    settle(cloud, seen)
    store.rotate(CLAIMS, STALE_AT, LIFETIMES)

    store.set_roles(seen, given, 4)

    assert store.get("ada", "s-1") == replace(
        OPENED, generation=1, refreshed_at=STALE_AT, roles=given, roles_version=4)


@pytest.mark.parametrize(("version", "after"), [
    (6, ("auditor",)), (5, ("auditor",)), (4, ANALYST), (0, ANALYST)])
def test_roles_of_an_older_version_change_nothing(store: DynamoSessionStore, version: int,
                                                  after: tuple[str, ...]) -> None:
    """A write may be late, or of an operator who has read the account before another changed it."""
    store.put(replace(OPENED, roles=ANALYST, roles_version=5), LIFETIMES)

    store.set_roles(OPENED, ("auditor",), version)

    session = store.get("ada", "s-1")
    assert session is not None
    assert (session.roles, session.roles_version) == (after, max(version, 5))


@pytest.mark.parametrize("given", [(), ("auditor",)])
def test_roles_do_not_bring_a_session_back(store: DynamoSessionStore, given: tuple[str, ...]
                                           ) -> None:
    store.set_roles(OPENED, given, 1)

    assert store.every("ada") == []


def test_every_session_of_a_person_is_listed(store: DynamoSessionStore) -> None:
    others = replace(OPENED, user_id="charles", session_id="s-9")
    twin = replace(OPENED, session_id="s-2")
    for session in (OPENED, others, twin):
        store.put(session, LIFETIMES)

    assert store.every("ada") == [OPENED, twin]


INSTANTS = sorted({NOW + second + offset for offset in (-1, 0)
                   for second in (0, 30, 31, 3540, 3570, 10_000, 39_940, 40_000)})


@pytest.mark.parametrize("claims", [
    CLAIMS, replace(CLAIMS, generation=1), replace(CLAIMS, client_id="phone-app")],
    ids=["newest", "unborn", "other client"])
@pytest.mark.parametrize("session", [
    OPENED, USED, replace(USED, acknowledged_at=NOW + 3510),
    replace(USED, refreshed_at=NOW + 30_000, acknowledged_at=NOW + 30_000),
    replace(USED, refreshed_at=NOW + 39_000, acknowledged_at=NOW + 39_000)],
    ids=["unused", "used at once", "used late", "old", "near its end"])
def test_rotation_happens_at_the_same_seconds_as_in_memory(
        claims: Claims, session: Session, store: DynamoSessionStore, cloud: Cloud) -> None:
    """The expression in DynamoDB's language and the rule in Python's agree at every boundary."""
    for at in INSTANTS:
        settle(cloud, session)
        memory = MemorySessionStore()
        memory.items["ada", "s-1"] = session

        assert store.rotate(claims, at, LIFETIMES) == memory.rotate(claims, at, LIFETIMES), at


@pytest.mark.parametrize("stands", [
    None, replace(USED, generation=1), replace(USED, refreshed_at=NOW + 1)],
    ids=["gone", "rotated", "renewed"])
def test_a_renewal_loses_to_any_other_change(stands: Session | None, store: DynamoSessionStore,
                                             cloud: Cloud) -> None:
    if stands is not None:
        settle(cloud, stands)

    assert store.renew(USED, STALE_AT, LIFETIMES, acknowledge=True) == Written(False, stands)


def test_a_session_whose_put_was_answered_late_is_stored(store: DynamoSessionStore,
                                                         wire: Wire) -> None:
    wire.lose_answers("TransactWriteItems")

    store.put(OPENED, LIFETIMES)

    assert store.get("ada", "s-1") == OPENED


def test_a_rotation_whose_answer_was_lost_shows_the_successor(
        store: DynamoSessionStore, cloud: Cloud, wire: Wire) -> None:
    settle(cloud, USED)
    wire.lose_answers("UpdateItem")

    written = store.rotate(CLAIMS, STALE_AT, LIFETIMES)

    assert written == Written(False, replace(OPENED, generation=1, refreshed_at=STALE_AT))


def test_a_renewal_whose_answer_was_lost_shows_itself(store: DynamoSessionStore,
                                                      wire: Wire) -> None:
    store.put(OPENED, LIFETIMES)
    wire.lose_answers("UpdateItem")

    written = store.renew(OPENED, STALE_AT, LIFETIMES, acknowledge=True)

    assert written == Written(
        False, replace(OPENED, refreshed_at=STALE_AT, acknowledged_at=STALE_AT))


def test_an_acknowledgement_whose_answer_was_lost_is_noted(store: DynamoSessionStore,
                                                           wire: Wire) -> None:
    store.put(OPENED, LIFETIMES)
    wire.lose_answers("UpdateItem")

    store.acknowledge(OPENED, NOW + 5)

    assert store.get("ada", "s-1") == replace(OPENED, acknowledged_at=NOW + 5)


def test_a_sign_out_whose_answer_was_lost_succeeds(store: DynamoSessionStore,
                                                   wire: Wire) -> None:
    store.put(OPENED, LIFETIMES)
    wire.lose_answers("DeleteItem")

    assert store.delete("ada", "s-1")
    assert store.get("ada", "s-1") is None


@pytest.mark.parametrize("lost", ["rotation", "renewal"])
def test_a_retried_write_of_a_proof_recognises_its_own_first_try(
        lost: str, store: DynamoSessionStore, cloud: Cloud, wire: Wire) -> None:
    settle(cloud, USED)
    wire.lose_answers("UpdateItem")

    written = (store.rotate(CLAIMS, STALE_AT, LIFETIMES, "p" * 11) if lost == "rotation" else
               store.renew(USED, STALE_AT, LIFETIMES, acknowledge=True, proof_id="p" * 11))

    assert wire.arrived.count("UpdateItem") == 2
    assert written.applied
    assert written.session == store.get("ada", "s-1")


def test_a_retried_replay_does_not_take_the_write_of_the_original_for_its_own(
        store: DynamoSessionStore, cloud: Cloud, wire: Wire) -> None:
    settle(cloud, USED)
    store.rotate(CLAIMS, STALE_AT, LIFETIMES, "p" * 11)
    wire.lose_answers("UpdateItem")

    replayed = store.rotate(CLAIMS, STALE_AT + 40, LIFETIMES, "p" * 11)

    assert replayed == Written(False, store.get("ada", "s-1"))
