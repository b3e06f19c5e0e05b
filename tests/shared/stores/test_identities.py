"""The item of an address is the claim on it: whoever puts it first has the account."""

from dataclasses import replace

import pytest

from shared.errors import Unavailable, UserExists
from shared.identities import Account, Identity
from shared.password_hash import PasswordHash
from shared.stores.identities import DynamoIdentityStore
from shared.stores.table import Table
from shared.stores.users import DynamoUserStore
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire

EMAIL = "ada@lovelace.example.org"
HASH = PasswordHash("$2b$04$ada", 4, "pepper-1")
NEWER_HASH = PasswordHash("$2b$05$ada", 5, "pepper-2")
ADA, ADAS = Account("u-ada", EMAIL, NOW), Identity(EMAIL, "u-ada", HASH, NOW)


@pytest.fixture
def store(cloud: Cloud) -> DynamoIdentityStore:
    return DynamoIdentityStore(Table(cloud.dynamodb, "identities"),
                               Table(cloud.dynamodb, "users"))


@pytest.fixture
def users(cloud: Cloud) -> DynamoUserStore:
    return DynamoUserStore(Table(cloud.dynamodb, "users"))


def test_an_account_and_its_identity_are_found(store: DynamoIdentityStore,
                                               users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)

    assert store.find(EMAIL) == ADAS
    assert users.find("u-ada") == ADA
    assert list(store.every()) == [ADAS]
    assert list(users.every()) == [ADA]


def test_who_is_not_there_is_none(store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    assert store.find(EMAIL) is None
    assert users.find("u-ada") is None


def test_the_second_to_claim_an_address_gets_nothing(store: DynamoIdentityStore,
                                                     users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)

    with pytest.raises(UserExists):
        store.create(Account("u-eve", EMAIL, NOW + 1), replace(ADAS, user_id="u-eve"))

    assert store.find(EMAIL) == ADAS
    assert list(users.every()) == [ADA]


@pytest.mark.parametrize("times", [1, 2])
def test_a_sign_up_whose_answer_was_lost_succeeds(times: int, store: DynamoIdentityStore,
                                                  wire: Wire) -> None:
    wire.lose_answers("TransactWriteItems", times)

    store.create(ADA, ADAS)

    assert store.find(EMAIL) == ADAS


def test_a_sign_up_is_whole_or_not_at_all(store: DynamoIdentityStore, wire: Wire,
                                          cloud: Cloud) -> None:
    wire.cut("TransactWriteItems")

    with pytest.raises(Unavailable):
        store.create(ADA, ADAS)

    assert cloud.items("identities") == cloud.items("users") == []


def test_a_rehash_changes_the_hash_and_nothing_else(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL) == replace(ADAS, password=NEWER_HASH)


def test_a_rehash_loses_to_a_password_change(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)
    changed = PasswordHash("$2b$04$other", 4, "pepper-1")
    store.change_password(ADAS, changed, NOW + 5, proves_email=False)

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL) == Identity(EMAIL, "u-ada", changed, NOW + 5, password_version=1)


def test_a_rehash_whose_answer_was_lost_is_done(store: DynamoIdentityStore, wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL) == replace(ADAS, password=NEWER_HASH)


def test_a_password_change_counts_the_version_up(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert store.change_password(ADAS, NEWER_HASH, NOW + 5, proves_email=True)

    assert store.find(EMAIL) == Identity(EMAIL, "u-ada", NEWER_HASH, NOW + 5,
                                         password_version=1, email_verified=True)


def test_a_password_change_does_not_undo_a_proof(store: DynamoIdentityStore) -> None:
    """Of the address, made since the identity was read."""
    store.create(ADA, ADAS)
    store.verify_email(ADAS)

    store.change_password(ADAS, NEWER_HASH, NOW + 5, proves_email=False)

    found = store.find(EMAIL)
    assert found is not None and found.email_verified


def test_of_two_password_changes_one_wins(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert store.change_password(ADAS, NEWER_HASH, NOW, proves_email=False)
    assert not store.change_password(ADAS, HASH, NOW, proves_email=False)


def test_a_password_change_whose_answer_was_lost_succeeds(store: DynamoIdentityStore,
                                                          wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    assert store.change_password(ADAS, NEWER_HASH, NOW + 5, proves_email=False)


def test_an_address_is_proven_once(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert store.verify_email(ADAS)
    assert not store.verify_email(ADAS)
    assert store.find(EMAIL) == replace(ADAS, email_verified=True)


def test_a_proof_whose_answer_was_lost_is_noted(store: DynamoIdentityStore, wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    assert store.verify_email(ADAS)


def test_identity_and_account_are_deleted_together(store: DynamoIdentityStore,
                                                   users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)

    assert store.delete(ADAS)

    assert store.find(EMAIL) is None
    assert users.find("u-ada") is None
    assert not store.delete(ADAS)


def test_an_identity_that_changed_is_not_deleted(store: DynamoIdentityStore,
                                                 users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)
    store.change_password(ADAS, NEWER_HASH, NOW, proves_email=False)

    assert not store.delete(ADAS)
    assert users.find("u-ada") == ADA


def test_a_departure_whose_answer_was_lost_succeeds(store: DynamoIdentityStore,
                                                    wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("TransactWriteItems")

    assert store.delete(ADAS)
