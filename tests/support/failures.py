"""The ways in which a request to AWS fails, as botocore meets them below its own retries, and
which of its tries fail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (ConnectTimeoutError, EndpointConnectionError,
                                 ReadTimeoutError)
from moto.core.botocore_stubber import MockRawResponse

ComeBack = Callable[[AWSPreparedRequest, str], AWSResponse]
EVERY_TRY = 99
BATCHES = frozenset({"BatchWriteItem"})
WRITES = BATCHES | {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}


class Killed(BaseException):
    """The process is gone: no answer, no clean-up."""


@dataclass(frozen=True)
class Kind:
    """One way to fail: what comes back, and whether the request was carried out before."""

    name: str
    come_back: ComeBack
    applied: bool = False
    only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fault:
    """Fails the first `tries` tries of call number `at`; all later calls too if `lasting`."""

    kind: Kind
    at: int
    tries: int = EVERY_TRY
    lasting: bool = False

    def meets(self, call: int, tries: int, operation: str) -> bool:
        return (tries <= self.tries and (not self.kind.only or operation in self.kind.only)
                and (call == self.at or self.lasting and call > self.at))


def _refuse(status: int, code: str, **details: object) -> ComeBack:
    def come_back(request: AWSPreparedRequest, operation: str) -> AWSResponse:
        body = json.dumps({"__type": f"com.amazonaws#{code}", "message": code, **details})
        return _answer(request, status, body)

    return come_back


def _gateway(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    return _answer(request, 502, "<html><body>Bad Gateway</body></html>")


def _conflict(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    if operation != "TransactWriteItems":
        return _refuse(400, "TransactionConflictException")(request, operation)
    reasons = [{"Code": "TransactionConflict", "Message": "busy"}, {"Code": "None"}]
    return _refuse(400, "TransactionCanceledException",
                   CancellationReasons=reasons)(request, operation)


def _unprocessed(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    left = json.loads(request.body)["RequestItems"]
    return _answer(request, 200, json.dumps({"UnprocessedItems": left}))


def _answer(request: AWSPreparedRequest, status: int, body: str) -> AWSResponse:
    raw: Any = MockRawResponse(body)
    return AWSResponse(request.url, status, {"content-type": "application/x-amz-json-1.0"}, raw)


def _break(error: Callable[..., Exception]) -> ComeBack:
    def come_back(request: AWSPreparedRequest, operation: str) -> AWSResponse:
        raise error(endpoint_url=request.url, error="broken")

    return come_back


def _kill(request: AWSPreparedRequest, operation: str) -> AWSResponse:
    raise Killed


THROTTLED = Kind("throttled", _refuse(400, "ThrottlingException"))
TOO_MANY = Kind("too many requests", _refuse(429, "TooManyRequestsException"))
ERROR_BEFORE = Kind("500 before", _refuse(500, "InternalServerError"))
ERROR_AFTER = Kind("500 after", _refuse(500, "InternalServiceError"), applied=True)
GATEWAY = Kind("502 page", _gateway)
LOST_BEFORE = Kind("connect timeout", _break(ConnectTimeoutError))
LOST_AFTER = Kind("read timeout", _break(ReadTimeoutError), applied=True)
GONE = Kind("gone", _break(EndpointConnectionError))
CONFLICT = Kind("conflict", _conflict, only=WRITES)
UNPROCESSED = Kind("unprocessed", _unprocessed, only=BATCHES)
KILLED = Kind("killed after", _kill, applied=True)
