"""The line between botocore and a cloud in memory, and how it fails.

The faults come below botocore's own retries, which therefore run as in production.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import (ConnectTimeoutError, EndpointConnectionError,
                                 ReadTimeoutError)
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

EVERY_TRY = 99
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


class Killed(BaseException):
    """The process is gone: no answer, no clean-up."""


@dataclass(frozen=True)
class Kind:
    """One way to fail: what comes back, and whether the request was carried out before."""

    name: str
    come_back: Callable[[AWSPreparedRequest, str], AWSResponse]
    applied: bool = False
    only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fault:
    """Fails the first `tries` tries of call number `at`; all later calls too if `lasting`."""

    kind: Kind
    at: int
    tries: int = EVERY_TRY
    lasting: bool = False


class Line:
    """`calls` are the operations that were asked for, retries not counted; `mails` counts
    those that SES took."""

    def __init__(self, *clients: Any) -> None:
        self.calls: list[str] = []
        self.mails = 0
        self.fault: Fault | None = None
        self.hit = False
        self._tries = 0
        for client in clients:
            client.meta.events.unregister("before-send", botocore_stubber)
            client.meta.events.register("before-send", self._send)
            client.meta.events.register("before-call", self._count)

    def arm(self, fault: Fault | None) -> None:
        """Start counting calls anew, with this fault."""
        self.calls, self.fault, self.hit, self.mails = [], fault, False, 0

    def _count(self, event_name: str, **_: object) -> None:
        self.calls.append(event_name.rpartition(".")[2])
        self._tries = 0

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: object
              ) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        self._tries += 1
        fault = self.fault
        if fault is None or not self._is_due(fault, operation):
            return self._carry_out(event_name, request, operation)
        self.hit = True
        if fault.kind.applied:
            self._carry_out(event_name, request, operation)
        return fault.kind.come_back(request, operation)

    def _is_due(self, fault: Fault, operation: str) -> bool:
        call = len(self.calls) - 1
        return (self._tries <= fault.tries and (not fault.kind.only or operation in fault.kind.only)
                and (call == fault.at or fault.lasting and call > fault.at))

    def _carry_out(self, event_name: str, request: AWSPreparedRequest, operation: str
                   ) -> AWSResponse | None:
        self.mails += operation == "SendEmail"
        return botocore_stubber(event_name, request)


def _refuse(status: int, code: str, **details: object
            ) -> Callable[[AWSPreparedRequest, str], AWSResponse]:
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


def _answer(request: AWSPreparedRequest, status: int, body: str) -> AWSResponse:
    raw: Any = MockRawResponse(body)
    return AWSResponse(request.url, status, {"content-type": "application/x-amz-json-1.0"}, raw)


def _break(error: Callable[..., Exception]) -> Callable[[AWSPreparedRequest, str], AWSResponse]:
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
KILLED = Kind("killed after", _kill, applied=True)
