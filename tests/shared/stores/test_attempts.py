"""A tally is written under a reservation, by which a retry knows its own first try."""

import pytest

from shared.errors import Unavailable
from shared.sign_in.attempts import FORGET_ONE_SECONDS, FREE_ATTEMPTS, Tally
from shared.stores.attempts import DynamoAttemptStore
from shared.stores.table import Table
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire


@pytest.fixture
def store(cloud: Cloud) -> DynamoAttemptStore:
    return DynamoAttemptStore(Table(cloud.dynamodb, "attempts"))


def test_the_first_attempt_makes_the_tally(store: DynamoAttemptStore, cloud: Cloud) -> None:
    tally = store.begin("ada", "r-1", NOW)

    assert tally == Tally(NOW, NOW + FORGET_ONE_SECONDS, "r-1")
    assert cloud.item("attempts") == {
        "Subject": "ada", "blocked_until": NOW, "expires_at": NOW + FORGET_ONE_SECONDS,
        "reservation": "r-1"}


def test_attempts_count_up_to_the_last_one_that_needs_no_wait(store: DynamoAttemptStore) -> None:
    tallies = [store.begin("ada", f"r-{number}", NOW) for number in range(1, 7)]

    assert [tally.attempts(NOW) for tally in tallies] == [1, 2, 3, 4, 4, 4]
    assert tallies[-1].reservation == f"r-{FREE_ATTEMPTS - 1}"


def test_an_old_tally_is_not_counted_on(store: DynamoAttemptStore) -> None:
    store.begin("ada", "r-1", NOW)

    assert store.begin("ada", "r-2", NOW + FORGET_ONE_SECONDS).reservation == "r-1"


def test_an_attempt_is_not_counted_while_a_wait_is_left(store: DynamoAttemptStore) -> None:
    """As it is when one of the attempts that led to it was given back."""
    seen = store.begin("ada", "r-1", NOW)
    store.replace("ada", seen, Tally(NOW + 1, NOW + FORGET_ONE_SECONDS, "r-2"))

    assert store.begin("ada", "r-3", NOW).reservation == "r-2"
    assert store.begin("ada", "r-4", NOW + 1).reservation == "r-4"


def test_a_tally_is_removed_by_who_saw_it_last(store: DynamoAttemptStore) -> None:
    seen = store.begin("ada", "r-1", NOW)
    newer = store.begin("ada", "r-2", NOW)

    assert store.remove("ada", seen) == newer
    assert store.remove("ada", newer) is None
    assert store.remove("ada", newer) is None
    assert store.find("ada") is None


def test_a_tally_is_replaced_by_who_saw_it_last(store: DynamoAttemptStore) -> None:
    seen = store.begin("ada", "r-1", NOW)
    mine, theirs = Tally(7, 9, "mine"), Tally(7, 9, "theirs")

    assert store.replace("ada", seen, mine) == mine
    assert store.replace("ada", seen, theirs) == mine


def test_a_tally_that_was_cleared_meanwhile_is_not_replaced(store: DynamoAttemptStore) -> None:
    seen = store.begin("ada", "r-1", NOW)
    store.clear("ada")

    assert store.replace("ada", seen, Tally(7, 9, "r-2")) is None
    assert store.find("ada") is None


def test_a_tally_is_found_as_it_stands(store: DynamoAttemptStore) -> None:
    assert store.find("ada") is None
    tally = store.begin("ada", "r-1", NOW)

    assert store.find("ada") == tally


def test_an_attempt_whose_answer_was_lost_counts_once(store: DynamoAttemptStore,
                                                      wire: Wire) -> None:
    wire.lose_answers("UpdateItem")
    assert store.begin("ada", "r-1", NOW).attempts(NOW) == 1
    wire.lose_answers("UpdateItem")
    assert store.begin("ada", "r-2", NOW).attempts(NOW) == 2


def test_a_replacement_whose_answer_was_lost_is_recognised(store: DynamoAttemptStore,
                                                           wire: Wire) -> None:
    seen = store.begin("ada", "r-1", NOW)
    wire.lose_answers("UpdateItem")
    new = Tally(NOW + 1, NOW + 5 * FORGET_ONE_SECONDS, "r-2")

    assert store.replace("ada", seen, new) == new


def test_clearing_whose_answer_was_lost_clears(store: DynamoAttemptStore, wire: Wire) -> None:
    store.begin("ada", "r-1", NOW)
    wire.lose_answers("DeleteItem")

    store.clear("ada")

    assert store.find("ada") is None


def test_a_refusal_without_an_item_makes_no_sense(store: DynamoAttemptStore, wire: Wire) -> None:
    """The condition can only fail on an item that stands, and DynamoDB returns that one."""
    wire.refuse("UpdateItem", "ConditionalCheckFailedException")

    with pytest.raises(Unavailable):
        store.begin("ada", "r-1", NOW)
