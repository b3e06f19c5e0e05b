"""Roles and blocks are written to an account as it was seen, by one operator at a time."""

from dataclasses import replace

import pytest

from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.stores.identities import DynamoIdentityStore
from shared.stores.table import Table
from shared.stores.users import DynamoUserStore
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire, break_off

ADA = Account("u-ada", "ada@example.org", NOW)
ANALYST = replace(ADA, roles=("analyst", "b:read"), roles_version=1)
AUDITOR = replace(ADA, roles=("auditor",), roles_version=2)
BARE = replace(ADA, roles_version=3)
LATER = NOW + 60
BLOCKED = replace(ADA, blocked_at=NOW)


@pytest.fixture
def store(cloud: Cloud) -> DynamoUserStore:
    return DynamoUserStore(Table(cloud.dynamodb, "users"))


def keep(cloud: Cloud, account: Account) -> None:
    """Have the table hold this account."""
    DynamoIdentityStore(Table(cloud.dynamodb, "identities"), Table(cloud.dynamodb, "users")).create(
        account, Identity(EMAIL_ADDRESS, account.email, account.user_id, None, 0))
    if account.roles_version:
        cloud.change("users", roles_version=account.roles_version)


@pytest.fixture
def blocked(store: DynamoUserStore, cloud: Cloud) -> None:
    """The account is there, and blocked."""
    keep(cloud, BLOCKED)


@pytest.mark.parametrize(("seen", "after"), [(ADA, ANALYST), (ANALYST, AUDITOR), (AUDITOR, BARE)])
def test_an_account_is_given_other_roles(store: DynamoUserStore, cloud: Cloud, seen: Account,
                                         after: Account) -> None:
    keep(cloud, seen)

    assert store.set_roles(seen, after.roles, after.roles_version)

    assert store.find("u-ada") == after
    assert ("roles" in cloud.item("users")) == (after != BARE)


@pytest.mark.parametrize("seen", [ADA, AUDITOR])
def test_of_two_operators_at_once_the_second_must_look_again(store: DynamoUserStore, cloud: Cloud,
                                                             seen: Account) -> None:
    keep(cloud, ANALYST)

    assert not store.set_roles(seen, ("trainee",), 9)

    assert store.find("u-ada") == ANALYST


@pytest.mark.parametrize("seen", [ADA, ANALYST])
@pytest.mark.parametrize("roles", [(), ("auditor",)])
def test_roles_do_not_bring_an_account_back(store: DynamoUserStore, cloud: Cloud, seen: Account,
                                            roles: tuple[str, ...]) -> None:
    assert not store.set_roles(seen, roles, 9)
    assert cloud.items("users") == []


def test_roles_whose_write_was_answered_late_are_given(store: DynamoUserStore, cloud: Cloud,
                                                       wire: Wire) -> None:
    keep(cloud, ADA)
    wire.lose_answers("UpdateItem")

    assert store.set_roles(ADA, ANALYST.roles, 1)


def test_a_write_that_never_arrived_does_not_take_another_operators_for_its_own(
        store: DynamoUserStore, cloud: Cloud, wire: Wire) -> None:
    keep(cloud, ADA)
    wire.before("UpdateItem", break_off, lambda: store.set_roles(ADA, ("auditor",), 1))

    assert not store.set_roles(ADA, ANALYST.roles, 1)
    assert store.find("u-ada") == replace(ADA, roles=("auditor",), roles_version=1)


def test_the_time_to_enrol_is_given_once_and_brings_no_account_back(store: DynamoUserStore,
                                                                    cloud: Cloud) -> None:
    assert store.enrol_by("u-ada", LATER) == LATER
    assert cloud.items("users") == []
    keep(cloud, ADA)

    assert (store.enrol_by("u-ada", LATER), store.enrol_by("u-ada", LATER + 9)) == (LATER, LATER)


def test_an_account_is_blocked_and_unblocked(store: DynamoUserStore, cloud: Cloud) -> None:
    keep(cloud, ADA)

    assert store.block("u-ada", NOW) == store.find("u-ada") == BLOCKED
    assert store.unblock(BLOCKED) == store.find("u-ada") == ADA
    assert "blocked_at" not in cloud.item("users")


@pytest.mark.usefixtures("blocked")
def test_a_block_says_since_when_it_holds_however_often_it_is_repeated(store: DynamoUserStore
                                                                       ) -> None:
    assert store.block("u-ada", LATER) == store.find("u-ada") == BLOCKED


def test_neither_a_block_nor_its_end_brings_an_account_back(store: DynamoUserStore, cloud: Cloud
                                                            ) -> None:
    assert store.block("u-ada", NOW) is None
    assert store.unblock(BLOCKED) is None
    assert cloud.items("users") == []


def test_a_block_whose_write_was_answered_late_is_one(store: DynamoUserStore, cloud: Cloud,
                                                      wire: Wire) -> None:
    keep(cloud, ADA)
    wire.lose_answers("UpdateItem")

    assert store.block("u-ada", NOW) == BLOCKED


@pytest.mark.usefixtures("blocked")
def test_an_end_of_a_block_whose_write_was_answered_late_is_one(store: DynamoUserStore, wire: Wire
                                                                ) -> None:
    wire.lose_answers("UpdateItem")

    assert store.unblock(BLOCKED) == ADA


@pytest.mark.usefixtures("blocked")
def test_an_end_that_arrives_late_does_not_end_another_operators_block(
        store: DynamoUserStore, cloud: Cloud, wire: Wire) -> None:
    wire.before("UpdateItem", lambda: cloud.change("users", blocked_at=LATER))

    assert store.unblock(BLOCKED) == store.find("u-ada") == replace(ADA, blocked_at=LATER)


@pytest.mark.usefixtures("blocked")
def test_who_is_blocked_can_be_given_roles_and_stays_blocked(store: DynamoUserStore) -> None:
    assert store.set_roles(BLOCKED, ("analyst",), 1) == store.find("u-ada") == replace(
        BLOCKED, roles=("analyst",), roles_version=1)
