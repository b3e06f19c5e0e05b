"""One DynamoDB table: plain Python items, conditions by name.

A condition that does not hold raises ConditionFailed with the item that the table has; a
store that cannot answer raises Unavailable.
"""

import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.errors import Unavailable
from shared.stores.failures import Conflict, translated
from shared.stores.items import (Item, Value, marshalled, marshalled_value,
                                 unmarshalled)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The most that one BatchWriteItem takes.
BATCH = 25
# How long what was not done waits until it is tried again; after the last try, it is given up.
WAITS_SECONDS = (0.05, 0.1, 0.2, 0.4, None)


class Table:
    """Items are flat: strings, integers and booleans. `key` is the whole primary key.

    Expressions name attributes as #attribute and values as :value; both are filled in
    from the expression and from `values`.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client, self.name = client, name

    def get(self, key: Item) -> dict[str, Any] | None:
        """Return the item, by a strongly consistent read (1 read unit up to 4 KB)."""
        with translated():
            answer = self._client.get_item(TableName=self.name, Key=marshalled(key),
                                           ConsistentRead=True)
        return unmarshalled(answer.get("Item"))

    def put(self, item: Item, condition: str, **values: Value) -> None:
        with translated():
            self._client.put_item(**self._write(condition, values), Item=marshalled(item))

    def update(self, key: Item, update: str, condition: str, **values: Value) -> dict[str, Any]:
        """Return the whole item as it is after the update."""
        with translated():
            answer = self._client.update_item(
                **self._write(condition, values, update), Key=marshalled(key),
                UpdateExpression=update, ReturnValues="ALL_NEW")
        return unmarshalled(answer["Attributes"]) or {}

    def delete(self, key: Item, condition: str = "", **values: Value) -> None:
        with translated():
            self._client.delete_item(**self._write(condition, values), Key=marshalled(key))

    def delete_many(self, keys: Sequence[Item]) -> None:
        """Delete the items of `keys` in this order, a batch at a time, whatever they hold."""
        for first in range(0, len(keys), BATCH):
            self._delete_batch([{"DeleteRequest": {"Key": marshalled(key)}}
                                for key in keys[first:first + BATCH]])

    def _delete_batch(self, requests: list[Any]) -> None:
        for wait_seconds in WAITS_SECONDS:
            with translated():
                answer = self._client.batch_write_item(RequestItems={self.name: requests})
            requests = answer.get("UnprocessedItems", {}).get(self.name, [])
            if not requests:
                return
            if wait_seconds is not None:
                time.sleep(wait_seconds)
        raise Unavailable(f"{len(requests)} deletions were left undone")

    def query(self, key_name: str, value: str) -> list[dict[str, Any]]:
        """Return all items of one partition, by strongly consistent reads."""
        with translated():
            pages = self._client.get_paginator("query").paginate(
                TableName=self.name, ConsistentRead=True,
                KeyConditionExpression="#key = :value",
                ExpressionAttributeNames={"#key": key_name},
                ExpressionAttributeValues={":value": marshalled_value(value)})
            return [unmarshalled(item) or {} for page in pages for item in page["Items"]]

    def scan(self) -> Iterator[dict[str, Any]]:
        """Yield every item, a page at a time; for operators' tools, never for a request."""
        with translated():
            for page in self._client.get_paginator("scan").paginate(TableName=self.name):
                yield from (unmarshalled(item) or {} for item in page["Items"])

    def put_entry(self, item: Item, condition: str) -> dict[str, Any]:
        """Return an entry of `transact` that puts `item`."""
        return {"Put": {**self._write(condition, {}), "Item": marshalled(item)}}

    def update_entry(self, key: Item, update: str, condition: str, **values: Value
                     ) -> dict[str, Any]:
        """Return an entry of `transact` that updates the item of `key`."""
        return {"Update": {**self._write(condition, values, update), "Key": marshalled(key),
                           "UpdateExpression": update}}

    def delete_entry(self, key: Item, condition: str = "", **values: Value) -> dict[str, Any]:
        """Return an entry of `transact` that deletes the item of `key`."""
        return {"Delete": {**self._write(condition, values), "Key": marshalled(key)}}

    def transact(self, *entries: Any) -> None:
        """Do all entries or none; ConditionFailed has the item of the first that failed.

        All tries carry one token, by which DynamoDB knows for ten minutes that they are one
        transaction: a try that arrives when another has succeeded changes nothing. A transaction
        that meets another one under way is tried again. Once the other one has
        ended, the conditions show what it did.
        """
        token = str(uuid.uuid4())
        for wait_seconds in WAITS_SECONDS:
            try:
                with translated():
                    self._client.transact_write_items(TransactItems=entries,
                                                      ClientRequestToken=token)
                return
            except Conflict:
                if wait_seconds is None:
                    raise
                time.sleep(wait_seconds)

    def _write(self, condition: str, values: Mapping[str, Value],
               update: str = "") -> dict[str, Any]:
        names = {f"#{name}": name for name in re.findall(r"#(\w+)", f"{update} {condition}")}
        fields: dict[str, Any] = {"TableName": self.name}
        if condition:
            fields |= {"ConditionExpression": condition,
                       "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if names:
            fields["ExpressionAttributeNames"] = names
        if values:
            fields["ExpressionAttributeValues"] = {
                f":{name}": marshalled_value(value) for name, value in values.items()}
        return fields
