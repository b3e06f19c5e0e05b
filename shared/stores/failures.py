"""How a store fails: a condition that does not hold, or no answer.

Anything else (a missing table, a missing permission) is a defect of ours and stays as botocore
raised it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from shared.errors import Unavailable
from shared.stores.items import unmarshalled

# What DynamoDB, Secrets Manager, SES and Lambda call "not now"; see "Error handling with
# DynamoDB" in its guide, "Common Errors" in the API references, and "Invoke" in Lambda's. Any
# status of 500 and up counts too.
PASSING = frozenset({
    "InternalServerError", "InternalFailure", "ServiceUnavailable",
    "RequestTimeout", "RequestTimeoutException", "ThrottlingException", "Throttling",
    "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
    "ProvisionedThroughputExceededException", "LimitExceededException",
    "TransactionConflictException", "TransactionInProgressException",
    "ResourceConflictException", "SnapStartNotReadyException"})


class ConditionFailed(Exception):
    """`item` is what the store holds, None for nothing. `retried` says whether the SDK sent
    the request more than once, so that an earlier try may have been applied."""

    def __init__(self, item: dict[str, Any] | None, retried: bool) -> None:
        super().__init__("the condition did not hold")
        self.item, self.retried = item, retried


class Conflict(Unavailable):
    """Another transaction holds an item of this one."""


@contextmanager
def translated() -> Iterator[None]:
    """Translate what botocore raises for one call into ConditionFailed or Unavailable."""
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        # botocore's two families of broken connections; neither is a subclass of the other.
        raise Unavailable from error
    except ClientError as error:
        response: Any = error.response
        code = response["Error"]["Code"]
        retried = response["ResponseMetadata"].get("RetryAttempts", 0) > 0
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(unmarshalled(response.get("Item")), retried) from None
        if code == "TransactionCanceledException":
            raise _cancelled(response["CancellationReasons"], retried) from error
        if code in PASSING or response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise Unavailable from error
        raise


def _cancelled(reasons: list[dict[str, Any]], retried: bool) -> Exception:
    for reason in reasons:
        if reason["Code"] == "ConditionalCheckFailed":
            return ConditionFailed(unmarshalled(reason.get("Item")), retried)
    return Conflict("the transaction was cancelled")
