"""Whatever happens meanwhile, who is blocked has no session, and opens none."""

from collections import Counter
from dataclasses import replace

import pytest

from scripts.operating.blocking import Blocked, Blocking
from shared.callers import Caller
from shared.errors import AccountBlocked, NotFound, Unavailable
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD
from shared.wiring.services import Services
from tests.support.application import Application, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.failures import GONE, LOST_AFTER, THROTTLED, Fault, Kind
from tests.support.interleaving import Program, every_order
from tests.support.wire import Wire

ADA = Account("ada", "ada@example.org", NOW)
IDENTITY = Identity(EMAIL_ADDRESS, ADA.email, "ada", None, 0)
WEB_APP = Caller("web-app")


@pytest.fixture
def blocking(services: Services) -> Blocking:
    return Blocking(services.user_store, services.session_store, services.lifetimes, services.now)


@pytest.fixture
def ada(services: Services) -> None:
    """Ada has an account, and is signed in on two devices."""
    services.identity_store.create(ADA, IDENTITY)
    for _ in range(2):
        sign_in(services)


def sign_in(services: Services) -> None:
    """Do what a sign-in does once the password has been proven."""
    services.sign_in.open(IDENTITY, BY_PASSWORD, WEB_APP, lambda: None)


@pytest.mark.usefixtures("ada")
def test_a_block_ends_all_sessions_and_holds_until_its_end(
        blocking: Blocking, services: Services, cloud: Cloud, clock: Clock) -> None:
    blocked = replace(ADA, blocked_at=NOW)
    assert blocking.block("ada") == Blocked(blocked, ended=2)
    assert cloud.items("sessions") == []
    clock.advance(60)
    assert blocking.block("ada") == Blocked(blocked, ended=0)
    with pytest.raises(AccountBlocked):
        sign_in(services)

    assert blocking.unblock(blocked) == ADA

    sign_in(services)
    assert len(cloud.items("sessions")) == 1


@pytest.mark.usefixtures("ada")
def test_sessions_that_are_over_end_too_and_are_not_counted(
        blocking: Blocking, services: Services, cloud: Cloud, clock: Clock) -> None:
    clock.advance(services.lifetimes.session_idle_seconds)
    sign_in(services)

    assert blocking.end_sessions("ada") == 1
    assert cloud.items("sessions") == []


@pytest.mark.usefixtures("ada")
def test_a_session_that_one_of_them_opens_meanwhile_ends_too(
        blocking: Blocking, services: Services, cloud: Cloud, wire: Wire) -> None:
    """By a code of the account pages, say."""
    wire.before("DeleteItem", lambda: sign_in(services))

    assert blocking.end_sessions("ada") == 3
    assert cloud.items("sessions") == []


@pytest.mark.usefixtures("ada")
def test_the_live_sessions_end_first(blocking: Blocking, services: Services, cloud: Cloud,
                                     clock: Clock, wire: Wire) -> None:
    """Should the command break off after that, only sessions are left that are over."""
    clock.advance(services.lifetimes.session_idle_seconds)
    sign_in(services)
    wire.after("DeleteItem", lambda: wire.cut("DeleteItem"))

    with pytest.raises(Unavailable):
        blocking.end_sessions("ada")

    assert {item["created_at"] for item in cloud.items("sessions")} == {NOW}


def test_who_is_gone_is_neither_blocked_nor_unblocked(blocking: Blocking, cloud: Cloud) -> None:
    for attempt in (lambda: blocking.block("ada"),
                    lambda: blocking.unblock(replace(ADA, blocked_at=NOW))):
        with pytest.raises(NotFound):
            attempt()
    assert cloud.items("users") == []


@pytest.mark.usefixtures("ada")
def test_who_is_not_blocked_costs_no_write_to_unblock(blocking: Blocking, wire: Wire) -> None:
    wire.mend()

    assert blocking.unblock(ADA) == ADA
    assert wire.sent == []


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("kind", [GONE, THROTTLED, LOST_AFTER], ids=lambda kind: kind.name)
@pytest.mark.parametrize("at", range(6))
def test_wherever_the_store_fails_a_block_is_not_claimed_and_can_be_repeated(
        at: int, kind: Kind, blocking: Blocking, services: Services, cloud: Cloud, wire: Wire
        ) -> None:
    wire.arm(Fault(kind, at=at, lasting=True))
    try:
        blocking.block("ada")
        failed = False
    except Unavailable:
        failed = True
    assert failed is wire.hit
    wire.mend()

    if services.user_store.find("ada") != ADA:
        assert cloud.items("sessions") == [], "it was written before the first sweep had ended"
    assert blocking.block("ada").account.blocked_at == NOW
    assert cloud.items("sessions") == []


def test_whatever_the_order_a_sign_in_under_a_block_leaves_no_session(
        blocking: Blocking, services: Services, cloud: Cloud) -> None:
    met: Counter[str] = Counter()

    def arrange() -> list[Program]:
        for table in ("users", "identities", "sessions"):
            cloud.drop(table)
        services.identity_store.create(ADA, IDENTITY)
        return [lambda: sign_in(services), lambda: blocking.block("ada")]

    for signing_in, blocking_her in every_order(cloud.dynamodb, arrange):
        met[type(signing_in.error).__name__] += 1
        assert blocking_her.error is None
        assert isinstance(signing_in.error, AccountBlocked | None)
        assert cloud.item("users")["blocked_at"] == NOW
        assert cloud.items("sessions") == []
    assert met.keys() == {"AccountBlocked", "NoneType"}


@pytest.mark.parametrize("is_used", [True, False])
def test_whatever_the_order_a_refresh_under_a_block_keeps_no_session(
        is_used: bool, app: Application, pair: Pair, services: Services, cloud: Cloud, clock: Clock,
        ) -> None:
    """Whether it would rotate the pair or renew it."""
    if is_used:
        app.authorize(pair.access_token)
    clock.advance(3600)
    blocking = Blocking(services.user_store, services.session_store, services.lifetimes,
                        services.now)
    before, user_id = cloud.items("sessions"), cloud.item("users")["UserId"]
    met: set[int] = set()

    def arrange() -> list[Program]:
        cloud.change("users", blocked_at=None)
        cloud.fill("sessions", before)
        return [lambda: met.add(app.refresh(pair).status), lambda: blocking.block(user_id)]

    for turns in every_order(cloud.dynamodb, arrange):
        assert [turn.error for turn in turns] == [None, None]
        assert cloud.items("sessions") == []
    assert met == {200, 401}
