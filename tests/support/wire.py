"""The wire between botocore and the cloud: what is sent over it, and what is lost on it.

Moto answers botocore's event `before-send`. A hook ahead of moto's sees a request that has
not arrived; a hook behind it sees one that was carried out and whose answer is on its way
back. An exception raised by either is to botocore what a broken connection is, so that its
own retries run.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError

Action = Callable[[], object]


class Wire:
    """Operations are named as AWS names them. `sent` lists those that were attempted."""

    def __init__(self, *clients: Any) -> None:
        for client in clients:
            client.meta.events.register_first("before-send", self._outward)
            client.meta.events.register_last("before-send", self._homeward)
            client.meta.events.register("before-call", self._refuse)
        self.mend()

    def mend(self) -> None:
        """Forget all that was arranged and sent."""
        self.sent: list[str] = []
        self._cut: set[str] = set()
        self._lost: Counter[str] = Counter()
        self._refusals: dict[str, dict[str, Any]] = {}
        self._before: dict[str, list[Action]] = {}
        self._after: dict[str, list[Action]] = {}

    def sent_to_tables(self) -> list[str]:
        """Return the operations of DynamoDB among those sent."""
        return [operation for operation in self.sent if operation != "GetSecretValue"]

    def cut(self, *operations: str) -> None:
        """From now on these never reach the cloud: connecting times out."""
        self._cut.update(operations)

    def lose_answers(self, operation: str, times: int = 1) -> None:
        """Carry out the next `times` requests, and lose their answers."""
        self._lost[operation] += times

    def refuse(self, operation: str, code: str, status: int = 400, **details: object) -> None:
        """From now on answer with this error, as once the SDK's retries are used up."""
        self._refusals[operation] = {
            "Error": {"Code": code, "Message": code}, **details,
            "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 2}}

    def accept(self, operation: str) -> None:
        """Refuse it no longer."""
        del self._refusals[operation]

    def before(self, operation: str, *actions: Action) -> None:
        """Do one of `actions` just before each of the next requests arrives."""
        self._before.setdefault(operation, []).extend(actions)

    def after(self, operation: str, *actions: Action) -> None:
        """Do one of `actions` just after each of the next requests was carried out."""
        self._after.setdefault(operation, []).extend(actions)

    def _outward(self, request: Any, event_name: str, **_: object) -> None:
        operation = _operation(event_name)
        self.sent.append(operation)
        if operation in self._cut:
            raise ConnectTimeoutError(endpoint_url=request.url)
        if self._before.get(operation):
            self._before[operation].pop(0)()

    def _homeward(self, request: Any, event_name: str, **_: object) -> None:
        operation = _operation(event_name)
        if self._after.get(operation):
            self._after[operation].pop(0)()
        if self._lost[operation]:
            self._lost[operation] -= 1
            raise ConnectionClosedError(endpoint_url=request.url)

    def _refuse(self, event_name: str, **_: object) -> tuple[Any, dict[str, Any]] | None:
        refusal = self._refusals.get(_operation(event_name))
        return None if refusal is None else (_HttpError(refusal), refusal)


class _HttpError:
    """What botocore asks of the HTTP answer to an error."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        self.status_code: int = refusal["ResponseMetadata"]["HTTPStatusCode"]


def break_off() -> None:
    """Before a request: let it not arrive, once. botocore sends it again."""
    raise ConnectionClosedError(endpoint_url="before it arrived")


def _operation(event_name: str) -> str:
    return event_name.rpartition(".")[2]
