"""The item of an address is the claim on it: whoever puts it first has the account."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.errors import Unavailable, UserExists
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.password_hash import PasswordHash
from shared.stores.identities import DynamoIdentityStore
from shared.stores.table import Table
from shared.stores.users import DynamoUserStore
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire, break_off

EMAIL = "ada@lovelace.example.org"
HASH = PasswordHash("$2b$04$ada", 4, "pepper-1")
NEWER_HASH = PasswordHash("$2b$05$ada", 5, "pepper-2")
ADA = Account("u-ada", EMAIL, NOW)
ADAS = Identity(EMAIL_ADDRESS, EMAIL, "u-ada", HASH, NOW)


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

    assert store.find(EMAIL_ADDRESS, EMAIL) == ADAS
    assert users.find("u-ada") == ADA
    assert list(store.every()) == [ADAS]
    assert list(users.every()) == [ADA]


def test_the_items_are_spelt_as_those_that_other_versions_of_a_function_wrote(
        store: DynamoIdentityStore, cloud: Cloud) -> None:
    """Functions are delivered one by one, and tables outlive them all."""
    store.create(ADA, ADAS)

    assert cloud.item("identities") == {
        "Identity": f"email#{EMAIL}", "user_id": "u-ada", "password_hash": "$2b$04$ada",
        "cost": 4, "pepper_id": "pepper-1", "password_version": 0, "password_changed_at": NOW,
        "email_verified": False}
    assert cloud.item("users") == {"UserId": "u-ada", "email": EMAIL, "created_at": NOW}


def test_an_account_comes_with_its_roles(store: DynamoIdentityStore, users: DynamoUserStore,
                                         cloud: Cloud) -> None:
    analyst = replace(ADA, roles=("analyst", "billing:read"))

    store.create(analyst, ADAS)

    assert users.find("u-ada") == analyst
    assert cloud.item("users")["roles"] == "analyst billing:read"


def test_who_is_not_there_is_none(store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    assert store.find(EMAIL_ADDRESS, EMAIL) is None
    assert users.find("u-ada") is None


def test_no_account_is_written_over(store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    """Ids are random; one that comes twice is refused all the same."""
    store.create(ADA, ADAS)

    with pytest.raises(UserExists):
        store.create(Account("u-ada", "eve@example.org", NOW + 1),
                     replace(ADAS, name="eve@example.org"))

    assert users.find("u-ada") == ADA
    assert list(store.every()) == [ADAS]


def test_the_second_to_claim_an_address_gets_nothing(store: DynamoIdentityStore,
                                                     users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)

    with pytest.raises(UserExists):
        store.create(Account("u-eve", EMAIL, NOW + 1), replace(ADAS, user_id="u-eve"))

    assert store.find(EMAIL_ADDRESS, EMAIL) == ADAS
    assert list(users.every()) == [ADA]


@pytest.mark.parametrize("times", [1, 2])
def test_a_sign_up_whose_answer_was_lost_succeeds(times: int, store: DynamoIdentityStore,
                                                  wire: Wire) -> None:
    wire.lose_answers("TransactWriteItems", times)

    store.create(ADA, ADAS)

    assert store.find(EMAIL_ADDRESS, EMAIL) == ADAS


def test_a_sign_up_that_is_tried_again_loses_to_another_claim(
        store: DynamoIdentityStore, users: DynamoUserStore, wire: Wire) -> None:
    """The first try never arrived, so the retry must not take the claim for its own work."""
    eve, eves = Account("u-eve", EMAIL, NOW + 1), replace(ADAS, user_id="u-eve")
    wire.before("TransactWriteItems", break_off, lambda: store.create(eve, eves))

    with pytest.raises(UserExists):
        store.create(ADA, ADAS)

    assert store.find(EMAIL_ADDRESS, EMAIL) == eves
    assert list(users.every()) == [eve]


def test_a_sign_up_is_whole_or_not_at_all(store: DynamoIdentityStore, wire: Wire,
                                          cloud: Cloud) -> None:
    wire.cut("TransactWriteItems")

    with pytest.raises(Unavailable):
        store.create(ADA, ADAS)

    assert cloud.items("identities") == cloud.items("users") == []


def test_a_rehash_changes_the_hash_and_nothing_else(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(ADAS, password=NEWER_HASH)


def test_a_rehash_loses_to_a_password_change(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)
    changed = PasswordHash("$2b$04$other", 4, "pepper-1")
    store.change_password(ADAS, changed, NOW + 5, verifies=False)

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(
        ADAS, password=changed, password_changed_at=NOW + 5, password_version=1)


def test_a_rehash_whose_answer_was_lost_is_done(store: DynamoIdentityStore, wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    store.rehash(ADAS, NEWER_HASH)

    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(ADAS, password=NEWER_HASH)


def test_a_password_change_counts_the_version_up(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert store.change_password(ADAS, NEWER_HASH, NOW + 5, verifies=True)

    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(
        ADAS, password=NEWER_HASH, password_changed_at=NOW + 5, password_version=1,
        verified=True)


def test_a_password_change_does_not_undo_a_verification(store: DynamoIdentityStore) -> None:
    """Of the address, made since the identity was read."""
    store.create(ADA, ADAS)
    store.verify(ADAS)

    store.change_password(ADAS, NEWER_HASH, NOW + 5, verifies=False)

    found = store.find(EMAIL_ADDRESS, EMAIL)
    assert found is not None and found.verified


def test_of_two_password_changes_one_wins(store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert store.change_password(ADAS, NEWER_HASH, NOW, verifies=False)
    assert not store.change_password(ADAS, HASH, NOW, verifies=False)


def test_a_password_change_whose_answer_was_lost_succeeds(store: DynamoIdentityStore,
                                                          wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    assert store.change_password(ADAS, NEWER_HASH, NOW + 5, verifies=False)


@pytest.mark.parametrize("times", [1, 2])
def test_an_address_is_verified(times: int, store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)

    assert all(store.verify(ADAS) for _ in range(times))
    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(ADAS, verified=True)


def test_an_address_is_not_verified_for_another_password_than_was_seen(
        store: DynamoIdentityStore) -> None:
    store.create(ADA, ADAS)
    store.change_password(ADAS, NEWER_HASH, NOW, verifies=False)

    assert not store.verify(ADAS)
    found = store.find(EMAIL_ADDRESS, EMAIL)
    assert found is not None and not found.verified


def test_an_address_is_not_verified_for_another_owner_than_was_seen(
        store: DynamoIdentityStore) -> None:
    store.create(ADA, replace(ADAS, user_id="u-eve"))

    assert not store.verify(ADAS)


def test_a_verification_whose_answer_was_lost_is_noted(store: DynamoIdentityStore,
                                                       wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("UpdateItem")

    assert store.verify(ADAS)


def test_identity_and_account_are_deleted_together(store: DynamoIdentityStore,
                                                   users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)

    assert store.delete(ADAS)

    assert store.find(EMAIL_ADDRESS, EMAIL) is None
    assert users.find("u-ada") is None


def test_what_is_gone_counts_as_deleted(store: DynamoIdentityStore) -> None:
    """Another request has done what this one was to do."""
    store.create(ADA, ADAS)
    store.delete(ADAS)

    assert store.delete(ADAS)


def test_an_identity_that_changed_is_not_deleted(store: DynamoIdentityStore,
                                                 users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)
    store.change_password(ADAS, NEWER_HASH, NOW, verifies=False)

    assert not store.delete(ADAS)
    assert users.find("u-ada") == ADA


def test_a_delete_whose_answer_was_lost_succeeds(store: DynamoIdentityStore,
                                                 wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("TransactWriteItems")

    assert store.delete(ADAS)


def test_a_delete_that_is_tried_again_loses_to_a_password_change(
        store: DynamoIdentityStore, users: DynamoUserStore, wire: Wire) -> None:
    """The first try never arrived, so the retry must not take the change for its own work."""
    store.create(ADA, ADAS)
    wire.before("TransactWriteItems", break_off, lambda: store.change_password(
        ADAS, NEWER_HASH, NOW, verifies=False))

    assert not store.delete(ADAS)
    assert users.find("u-ada") == ADA


def test_an_identity_may_have_no_password(store: DynamoIdentityStore, cloud: Cloud) -> None:
    bare = replace(ADAS, password=None, password_changed_at=0)

    store.create(ADA, bare)
    store.rehash(bare, HASH)

    assert store.find(EMAIL_ADDRESS, EMAIL) == bare
    assert not {"password_hash", "cost", "pepper_id"} & cloud.item("identities").keys()
    assert store.change_password(bare, HASH, NOW + 5, verifies=True)
    assert store.find(EMAIL_ADDRESS, EMAIL) == replace(
        ADAS, password_changed_at=NOW + 5, password_version=1, verified=True)


def test_names_of_two_kinds_are_two_claims(store: DynamoIdentityStore, cloud: Cloud) -> None:
    """A name may hold a #, a kind may not."""
    store.create(ADA, ADAS)
    other = Identity("somewhere", f"1815#{EMAIL}", "u-eve", None, 0)
    store.create(Account("u-eve", "eve@example.org", NOW), other)

    assert {item["Identity"] for item in cloud.items("identities")} == {
        f"email#{EMAIL}", f"somewhere#1815#{EMAIL}"}
    assert store.find("somewhere", f"1815#{EMAIL}") == other
    assert store.find("somewhere", EMAIL) is None
    assert sorted(store.every(), key=lambda identity: identity.kind) == [ADAS, other]


ANOTHERS = replace(ADAS, user_id="u-eve", password=NEWER_HASH)
STALE: dict[str, Callable[[DynamoIdentityStore], bool | None]] = {
    "change_password": lambda store: store.change_password(
        ADAS, PasswordHash("$2b$04$x", 4, "pepper-1"), NOW, verifies=True),
    "verify": lambda store: store.verify(ADAS),
    "rehash": lambda store: store.rehash(ADAS, PasswordHash("$2b$04$x", 4, "pepper-1")),
    "delete": lambda store: store.delete(ADAS),
}


@pytest.mark.parametrize("tries", [1, 2])
@pytest.mark.parametrize("verb", STALE)
def test_what_was_read_of_an_address_does_nothing_to_its_next_owner(
        verb: str, tries: int, store: DynamoIdentityStore, users: DynamoUserStore, wire: Wire
        ) -> None:
    """The account went and the address came to somebody else since, of the same version."""
    eve = Account("u-eve", EMAIL, NOW + 1)
    store.create(eve, ANOTHERS)
    for operation in ("UpdateItem", "TransactWriteItems"):
        wire.before(operation, *[break_off] * (tries - 1))

    assert not STALE[verb](store)

    assert store.find(EMAIL_ADDRESS, EMAIL) == ANOTHERS
    assert users.find("u-eve") == eve


@pytest.mark.parametrize("verb", ["change_password", "verify"])
def test_nothing_comes_of_changing_what_is_gone(verb: str, store: DynamoIdentityStore,
                                                cloud: Cloud) -> None:
    assert not STALE[verb](store)
    assert cloud.items("identities") == []


NEXT = "ada@byron.example.org"


def test_another_name_is_claimed_and_the_former_one_is_given_up(
        store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    """All else is carried over, but for the version; whoever has the name has shown it."""
    analyst = replace(ADA, roles=("analyst",))
    seen = replace(ADAS, second_factor="f-1")
    store.create(analyst, seen)

    assert store.rename(seen, NEXT)

    assert list(store.every()) == [
        replace(seen, name=NEXT, verified=True, password_version=1)]
    assert users.find("u-ada") == replace(analyst, email=NEXT)


def test_a_name_that_another_account_has_is_refused(
        store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)
    store.create(Account("u-eve", NEXT, NOW), replace(ADAS, name=NEXT, user_id="u-eve"))

    with pytest.raises(UserExists):
        store.rename(ADAS, NEXT)

    assert store.find(EMAIL_ADDRESS, EMAIL) == ADAS
    assert users.find("u-ada") == ADA


@pytest.mark.parametrize("change", [
    {"user_id": "u-eve"}, {"password_version": 1}, {"password_hash": "newer"},
    {"password_hash": None}, {"second_factor": "f-1"}])
def test_what_was_seen_otherwise_is_not_carried_over(
        change: dict[str, str | int | None], store: DynamoIdentityStore, users: DynamoUserStore,
        cloud: Cloud) -> None:
    store.create(ADA, ADAS)
    cloud.change("identities", **change)

    assert not store.rename(ADAS, NEXT)

    assert store.find(EMAIL_ADDRESS, NEXT) is None
    assert users.find("u-ada") == ADA


def test_an_account_that_has_another_address_by_now_keeps_it(
        store: DynamoIdentityStore, users: DynamoUserStore, cloud: Cloud) -> None:
    store.create(ADA, ADAS)
    cloud.change("users", email="countess@example.org")

    assert not store.rename(ADAS, NEXT)
    assert store.find(EMAIL_ADDRESS, NEXT) is None


@pytest.mark.parametrize("times", [1, 2])
def test_another_name_whose_answer_was_lost_succeeds(
        times: int, store: DynamoIdentityStore, wire: Wire) -> None:
    store.create(ADA, ADAS)
    wire.lose_answers("TransactWriteItems", times)

    assert store.rename(ADAS, NEXT)


def test_an_equal_change_that_another_request_made_is_not_its_own(store: DynamoIdentityStore
                                                                  ) -> None:
    store.create(ADA, ADAS)
    assert store.rename(ADAS, NEXT)

    assert not store.rename(ADAS, NEXT)


def test_an_account_that_was_renamed_is_not_one_that_is_gone(
        store: DynamoIdentityStore, users: DynamoUserStore) -> None:
    store.create(ADA, ADAS)
    store.rename(ADAS, NEXT)

    assert not store.delete(ADAS)
    assert users.find("u-ada") == replace(ADA, email=NEXT)
