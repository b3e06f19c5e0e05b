"""What a request consumes, as DynamoDB's own answers tell it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READS = frozenset({"GetItem", "Query"})
TRANSACTED_UNITS = 2
# A query that finds nothing costs this too (Query in the API reference); DynamoDB Local tells 0.
LEAST_READ = 1


@dataclass
class Units:
    """Read and write request units, and the number of requests."""

    read: float = 0
    write: float = 0
    requests: int = 0


class Meter:
    """Counts what `client` consumes while `counting`.

    A write whose condition does not hold is billed like any other ("Read and write
    operations" in DynamoDB's guide), but its answer, being an error, does not say so: every
    item of ours is below 1 KB, so it is 1 unit. A transaction is billed 2 units an item
    ("Managing complex workflows with DynamoDB transactions"); DynamoDB Local tells 4 however
    many items there are.
    """

    def __init__(self, client: "DynamoDBClient") -> None:
        self._units, self._transacted = Units(), 0
        client.meta.events.register("before-parameter-build.dynamodb", self._ask)
        client.meta.events.register("after-call.dynamodb", self._note)

    @contextmanager
    def counting(self) -> Iterator[Units]:
        self._units = Units()
        yield self._units

    def _ask(self, params: dict[str, Any], event_name: str, **_: object) -> None:
        self._transacted = TRANSACTED_UNITS * len(params.get("TransactItems", []))
        if "Table" not in event_name and "TimeToLive" not in event_name:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _note(self, parsed: dict[str, Any], model: Any, **_: object) -> None:
        self._units.requests += 1
        consumed = parsed.get("ConsumedCapacity", {})
        if isinstance(consumed, list):
            # A batch tells it by table, and a batch of ours is of one.
            [consumed] = consumed if model.name == "BatchWriteItem" else [{}]
        units = self._transacted + consumed.get("CapacityUnits", 0) + _refused(parsed)
        if model.name in READS:
            self._units.read += max(units, LEAST_READ)
        else:
            self._units.write += units


def _refused(parsed: dict[str, Any]) -> int:
    return int(parsed.get("Error", {}).get("Code") == "ConditionalCheckFailedException")
