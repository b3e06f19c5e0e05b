"""The tables as serverless.yml describes them; tests/template holds this against it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS = {"users": ("UserId",), "identities": ("Identity",), "sessions": ("UserId", "SessionId"),
        "attempts": ("Subject",), "factors": ("UserId", "FactorId"), "clients": ("ClientId",)}
# Those whose items DynamoDB deletes once `expires_at` has passed.
SWEPT = ("sessions", "attempts")
KEY_TYPES = ("HASH", "RANGE")
# How many items one request deletes.
BATCH = 25


def create(dynamodb: "DynamoDBClient") -> None:
    """Make all tables, of which none may be there. Nothing is swept."""
    for name, keys in KEYS.items():
        dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema(keys))


def schema(keys: tuple[str, ...]) -> Any:
    """Return what describes the primary key of a table."""
    return {"KeySchema": [{"AttributeName": key, "KeyType": kind}
                          for key, kind in zip(keys, KEY_TYPES, strict=False)],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}
                                     for key in keys]}


def drop(dynamodb: "DynamoDBClient") -> None:
    """Delete all tables that are there."""
    for name in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=name)


def empty(dynamodb: "DynamoDBClient") -> None:
    """Delete all items of all tables. That takes half as many requests as making them anew."""
    while there := [(name, item) for name in KEYS
                    for item in dynamodb.scan(TableName=name, ConsistentRead=True)["Items"]]:
        for begin in range(0, len(there), BATCH):
            deletions: dict[str, Any] = {}
            for name, item in there[begin:begin + BATCH]:
                key = {attribute: item[attribute] for attribute in KEYS[name]}
                deletions.setdefault(name, []).append({"DeleteRequest": {"Key": key}})
            dynamodb.batch_write_item(RequestItems=deletions)
        if len(there) < BATCH:
            return


def sweep(dynamodb: "DynamoDBClient") -> None:
    """Let the store delete or hide what has expired by the wall clock."""
    for name in SWEPT:
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})
