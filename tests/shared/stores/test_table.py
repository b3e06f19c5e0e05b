"""A table speaks plain Python, and fails in two ways only: the condition, or the store."""

import time
from typing import Any

import pytest

from shared.errors import Unavailable
from shared.stores.failures import ConditionFailed, Conflict
from shared.stores.items import Value, marshalled, unmarshalled
from shared.stores.table import Table
from tests.support.cloud import Cloud
from tests.support.failures import UNPROCESSED, Fault
from tests.support.wire import Wire

LOOM: dict[str, Value] = {"ClientId": "loom", "name": "Jacquard", "enabled": True,
                          "created_at": 1804}
KEY = {"ClientId": "loom"}
IS_NEW = "attribute_not_exists(#ClientId)"


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return Table(cloud.dynamodb, "clients")


@pytest.fixture
def user_table(cloud: Cloud) -> Table:
    return Table(cloud.dynamodb, "users")


def test_an_item_comes_back_as_it_was_put(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    assert table.get(KEY) == LOOM


def test_a_flag_is_not_a_number() -> None:
    """To Python, True is 1."""
    assert marshalled({"enabled": True, "attempts": 1}) == {
        "enabled": {"BOOL": True}, "attempts": {"N": "1"}}


@pytest.mark.parametrize("item", [None, {}])
def test_no_item_and_an_empty_one_are_none(item: dict[str, Any] | None) -> None:
    assert unmarshalled(item) is None


def test_what_is_not_there_is_none(table: Table) -> None:
    assert table.get(KEY) is None


def test_a_refused_put_tells_what_stands(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    with pytest.raises(ConditionFailed) as refusal:
        table.put(LOOM | {"name": "Babbage"}, IS_NEW)

    assert refusal.value.item == LOOM
    assert not refusal.value.retried


def test_an_update_returns_the_whole_item(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    updated = table.update(KEY, "SET #name = :name", "#enabled = :yes", name="Ada", yes=True)

    assert updated == LOOM | {"name": "Ada"}


def test_an_update_without_its_item_fails_with_none(table: Table) -> None:
    with pytest.raises(ConditionFailed) as refusal:
        table.update(KEY, "SET #name = :name", "attribute_exists(#ClientId)", name="Ada")

    assert refusal.value.item is None


def test_deleting_needs_no_condition(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    table.delete(KEY)
    table.delete(KEY)

    assert table.get(KEY) is None


def test_a_deletion_holds_its_condition_against_the_values(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    with pytest.raises(ConditionFailed):
        table.delete(KEY, "#name = :name", name="Babbage")
    table.delete(KEY, "#name = :name", name="Jacquard")

    assert table.get(KEY) is None


def test_every_read_is_strongly_consistent(cloud: Cloud, table: Table) -> None:
    """All that a request reads may decide about access."""
    asked: list[dict[str, Any]] = []
    events = cloud.dynamodb.meta.events
    events.register("provide-client-params.dynamodb", lambda params, **_: asked.append(params),
                    unique_id="asked")
    try:
        table.get(KEY)
        Table(cloud.dynamodb, "sessions").query("UserId", "ada")
    finally:
        events.unregister("provide-client-params.dynamodb", unique_id="asked")

    assert [params["ConsistentRead"] for params in asked] == [True, True]


def test_scan_yields_all_items_of_all_pages(table: Table) -> None:
    names = {f"client-{number}" for number in range(30)}
    for name in names:
        # Fifty kilobytes each: more than the megabyte of a page.
        table.put({"ClientId": name, "name": "x" * 50_000}, IS_NEW)

    assert {item["ClientId"] for item in table.scan()} == names


def test_query_returns_one_partition(cloud: Cloud) -> None:
    sessions = Table(cloud.dynamodb, "sessions")
    for user_id, session_id in [("ada", "1"), ("ada", "2"), ("charles", "3")]:
        sessions.put({"UserId": user_id, "SessionId": session_id},
                     "attribute_not_exists(#UserId)")

    assert [item["SessionId"] for item in sessions.query("UserId", "ada")] == ["1", "2"]


@pytest.mark.parametrize(("count", "requests"), [(0, 0), (1, 1), (25, 1), (26, 2), (100, 4)])
def test_many_items_are_deleted_in_batches(table: Table, wire: Wire, count: int,
                                           requests: int) -> None:
    for number in range(count):
        table.put({"ClientId": f"client-{number}"}, IS_NEW)

    table.delete_many([{"ClientId": f"client-{number}"} for number in range(count)])

    assert wire.sent.count("BatchWriteItem") == requests
    assert list(table.scan()) == []


def test_items_that_are_not_there_are_deleted_all_the_same(table: Table) -> None:
    table.put(LOOM, IS_NEW)

    table.delete_many([{"ClientId": "nobody"}, KEY])

    assert table.get(KEY) is None


def test_what_a_batch_leaves_undone_is_sent_again(table: Table, wire: Wire) -> None:
    table.put(LOOM, IS_NEW)
    wire.arm(Fault(UNPROCESSED, at=0))

    table.delete_many([KEY])

    assert wire.sent == ["BatchWriteItem"] * 2
    assert table.get(KEY) is None


def test_a_batch_that_is_never_done_is_unavailable(table: Table, wire: Wire,
                                                   no_waiting: list[float]) -> None:
    wire.arm(Fault(UNPROCESSED, at=0, lasting=True))

    with pytest.raises(Unavailable):
        table.delete_many([KEY])

    assert len(wire.sent) == 5
    assert sum(no_waiting) < 1


def test_a_transaction_does_all_or_nothing(table: Table, user_table: Table) -> None:
    table.put(LOOM, IS_NEW)

    with pytest.raises(ConditionFailed) as refusal:
        table.transact(user_table.put_entry({"UserId": "ada"}, "attribute_not_exists(#UserId)"),
                       table.put_entry(LOOM, IS_NEW))

    assert refusal.value.item == LOOM
    assert user_table.get({"UserId": "ada"}) is None


def test_a_transaction_deletes_too(table: Table, user_table: Table) -> None:
    table.put(LOOM, IS_NEW)
    user_table.put({"UserId": "ada"}, "attribute_not_exists(#UserId)")

    table.transact(table.delete_entry(KEY, "#name = :name", name="Jacquard"),
                   user_table.delete_entry({"UserId": "ada"}))

    assert table.get(KEY) is user_table.get({"UserId": "ada"}) is None


def test_a_transaction_waits_for_another_one(table: Table, wire: Wire,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    wire.refuse("TransactWriteItems", "TransactionCanceledException",
                CancellationReasons=[{"Code": "TransactionConflict"}, {"Code": "None"}])
    monkeypatch.setattr(time, "sleep", lambda _seconds: wire.accept("TransactWriteItems"))

    table.transact(table.put_entry(LOOM, IS_NEW))

    assert table.get(KEY) == LOOM


def test_all_tries_of_a_transaction_carry_one_token(
        table: Table, cloud: Cloud, wire: Wire, no_waiting: list[float]) -> None:
    """By which DynamoDB knows that a late one of them is no other transaction."""
    tokens: list[str] = []

    def note(params: dict[str, Any], **_: object) -> None:
        tokens.append(params["ClientRequestToken"])

    wire.refuse("TransactWriteItems", "TransactionCanceledException",
                CancellationReasons=[{"Code": "TransactionConflict"}])
    events, name = cloud.dynamodb.meta.events, "provide-client-params.dynamodb.TransactWriteItems"
    events.register(name, note)
    try:
        for _ in range(2):
            with pytest.raises(Conflict):
                table.transact(table.put_entry(LOOM, IS_NEW))
    finally:
        events.unregister(name, note)

    assert len(tokens) == 10
    assert [len(set(tokens[:5])), len(set(tokens[5:])), len(set(tokens))] == [1, 1, 2]


def test_a_transaction_gives_up_in_the_end(table: Table, wire: Wire,
                                           no_waiting: list[float]) -> None:
    wire.refuse("TransactWriteItems", "TransactionCanceledException",
                CancellationReasons=[{"Code": "TransactionConflict"}])

    with pytest.raises(Conflict):
        table.transact(table.put_entry(LOOM, IS_NEW))

    assert sum(no_waiting) < 1


@pytest.mark.parametrize(("code", "status"), [
    ("ThrottlingException", 400), ("ProvisionedThroughputExceededException", 400),
    ("RequestLimitExceeded", 400), ("TransactionInProgressException", 400),
    ("InternalServerError", 500), ("InternalServiceError", 500), ("502", 502)])
def test_a_store_that_says_not_now_is_unavailable(code: str, status: int, table: Table,
                                                  wire: Wire) -> None:
    wire.refuse("GetItem", code, status)

    with pytest.raises(Unavailable):
        table.get(KEY)


def test_a_store_that_cannot_be_reached_is_unavailable(table: Table, wire: Wire) -> None:
    wire.cut("GetItem")

    with pytest.raises(Unavailable):
        table.get(KEY)

    assert wire.sent == ["GetItem"] * 3, "standard retries, three attempts"


def test_a_store_that_never_answers_is_unavailable(table: Table, wire: Wire) -> None:
    wire.lose_answers("PutItem", times=3)

    with pytest.raises(Unavailable):
        table.put(LOOM, IS_NEW)


def test_one_lost_answer_is_made_up_for(table: Table, wire: Wire) -> None:
    wire.lose_answers("GetItem", times=2)

    assert table.get(KEY) is None


def test_a_retried_write_says_that_it_was(table: Table, wire: Wire) -> None:
    wire.lose_answers("PutItem")

    with pytest.raises(ConditionFailed) as refusal:
        table.put(LOOM, IS_NEW)

    assert refusal.value.retried
    assert refusal.value.item == LOOM


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException",
                                  "ValidationException"])
def test_our_own_defects_are_not_called_unavailable(code: str, table: Table, wire: Wire) -> None:
    wire.refuse("GetItem", code)

    with pytest.raises(Exception, match=code) as raised:
        table.get(KEY)

    assert not isinstance(raised.value, Unavailable)
