"""One request at the real handlers, stopped before each of its calls of the sessions table, and if
need be of others.

The handler runs in a thread of its own and only while the trace lets it, so that requests
interleave exactly as the model has them.
"""

import threading
from collections.abc import Callable
from functools import cache, partial
from queue import SimpleQueue
from typing import Any

from botocore.exceptions import ClientError

from shared.wiring.services import Services

LetPass = Callable[[str, Callable[[], Any]], Any]
SESSIONS, USERS = "sessions", "users"
PATIENCE_SECONDS = 60


class Killed(BaseException):
    """The function was stopped in the middle; not an Exception, so that no handler answers."""


class Visit:
    """A request that was sent. `answer` is what it was answered, None until then."""

    def __init__(self, request: Callable[[Services], Any]) -> None:
        self._request = request
        self._orders: SimpleQueue[str] = SimpleQueue()
        self._reports: SimpleQueue[str] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._left: Callable[[], Any] | None = None
        self.waits_for = ""
        self.answer: Any = None
        self.error: BaseException | None = None

    def again(self) -> "Visit":
        """Return the same request, sent once more."""
        return Visit(self._request)

    def begin(self, services: Services, *gated: str) -> None:
        """Let the request in, up to its first call of the sessions table or another `gated` one."""
        gate = _Gate(services.dynamodb, self._pass, {SESSIONS, *gated})
        services.dynamodb = gate  # type: ignore[assignment]
        self._thread = threading.Thread(target=self._run, args=(services,), daemon=True)
        self._thread.start()
        self._next_stop()

    def order(self, order: str, operation: str) -> None:
        """Have the pending call, of this operation, done ("store"), done with its answer lost
        ("retry"), left for later ("leave"), or have the function killed ("lose"); up to the next
        call."""
        assert self.waits_for == operation
        self._orders.put(order)
        self._next_stop()

    def left_behind(self) -> Callable[[], Any]:
        """Return the write that was left for later."""
        assert self._left is not None, "no write was left behind"
        return self._left

    def kill(self) -> None:
        """Stop the function, if it is still at work."""
        if self.waits_for:
            self.order("lose", self.waits_for)

    def _next_stop(self) -> None:
        self.waits_for = self._reports.get(timeout=PATIENCE_SECONDS)
        if not self.waits_for and self._thread:
            self._thread.join(PATIENCE_SECONDS)

    def _run(self, services: Services) -> None:
        try:
            self.answer = self._request(services)
        except BaseException as error:
            self.error = error
        self._reports.put("")

    def _pass(self, operation: str, call: Callable[[], Any]) -> Any:
        """Do `call` as the trace orders, as often as the SDK would."""
        retried = False
        while True:
            self._reports.put(operation)
            order = self._orders.get(timeout=PATIENCE_SECONDS)
            if order == "lose":
                raise Killed
            if order == "store":
                return _marked(call) if retried else call()
            retried = True
            if order == "leave":
                self._left = call
            else:
                ignoring_conditions(call)


class _Gate:
    """A DynamoDB client whose calls of some tables go through `let_pass`. A transaction
    is carried out once, however often it is sent: moto knows no token of a request."""

    def __init__(self, client: Any, let_pass: LetPass, gated: set[str]) -> None:
        self._client, self._let_pass, self._gated = client, let_pass, gated

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self._client, operation)

        def call(**arguments: Any) -> Any:
            if self._gated.isdisjoint(_tables(arguments)):
                return method(**arguments)
            attempt = partial(method, **arguments)
            return self._let_pass(
                operation, cache(attempt) if operation == "transact_write_items" else attempt)

        return call

    def get_paginator(self, operation: str) -> Any:
        return _Paginator(self._client.get_paginator(operation), self._let_pass, operation)


class _Paginator:
    def __init__(self, paginator: Any, let_pass: LetPass, operation: str) -> None:
        self._paginator, self._let_pass, self._operation = paginator, let_pass, operation

    def paginate(self, **arguments: Any) -> Any:
        return self._let_pass(
            self._operation, lambda: list(self._paginator.paginate(**arguments)))


def _tables(arguments: dict[str, Any]) -> set[str]:
    """Return the tables that a call of the client names."""
    return {arguments.get("TableName", ""), *arguments.get("RequestItems", {}),
            *(entry["TableName"] for item in arguments.get("TransactItems", ())
              for entry in item.values())}


def _marked(call: Callable[[], Any]) -> Any:
    """Do the SDK's second try, which says so when it fails."""
    try:
        return call()
    except ClientError as error:
        error.response["ResponseMetadata"]["RetryAttempts"] = 1
        raise


def ignoring_conditions(call: Callable[[], Any]) -> None:
    """Do a write whose answer nobody gets."""
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
