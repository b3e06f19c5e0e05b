"""The wire between botocore and the cloud: what is sent over it, and how it fails.

Requests are lost and answered below botocore's own retries, which therefore run as in
production.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from botocore import useragent
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.models import botocore_stubber

from tests.support import moto_alone
from tests.support.failures import LOST_AFTER, LOST_BEFORE, Fault, Kind
from tests.support.tracing import traced

# Forty texts that are always the same, for each request.
useragent.sanitize_user_agent_string_component = cache(
    useragent.sanitize_user_agent_string_component)

Action = Callable[[], object]
Send = Callable[[AWSPreparedRequest], AWSResponse]


class Wire:
    """Operations are named as AWS names them. `calls` lists those that were asked for, `sent`
    every try of them, and `arrived` the tries that the cloud carried out. `hit` says whether
    the fault that was armed has happened."""

    def __init__(self, *clients: Any) -> None:
        for client in clients:
            # Moto answers when the wire asks it, instead of by a hook of its own.
            client.meta.events.unregister("before-send", botocore_stubber)
            if moto_alone.answers(client.meta.endpoint_url):
                # Nobody there looks at a signature, which is an eighth of the time of a request.
                client.meta.events.unregister(
                    f"request-created.{client.meta.service_model.service_id.hyphenize()}",
                    client._request_signer.handler)
            client.meta.events.register(
                "before-send", partial(self._send, client._endpoint.http_session.send))
            client.meta.events.register("before-call", self._call)
        self.mend()

    def mend(self) -> None:
        """Forget all that was arranged and sent."""
        self.calls: list[str] = []
        self.sent: list[str] = []
        self.arrived: list[str] = []
        self.hit = False
        self._tries = 0
        self._fault: Fault | None = None
        self._cut: set[str] = set()
        self._lost: Counter[str] = Counter()
        self._refusals: dict[str, dict[str, Any]] = {}
        self._before: dict[str, list[Action]] = {}
        self._after: dict[str, list[Action]] = {}

    def sent_to_tables(self) -> list[str]:
        """Return the operations of DynamoDB among those sent."""
        return [operation for operation in self.sent if operation != "GetSecretValue"]

    def arm(self, fault: Fault) -> None:
        """Mend the wire, so that calls are counted from here, and let this fault happen."""
        self.mend()
        self._fault = fault

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

    def _call(self, event_name: str, **_: object) -> tuple[Any, dict[str, Any]] | None:
        operation = _operation(event_name)
        self.calls.append(operation)
        self._tries = 0
        refusal = self._refusals.get(operation)
        return None if refusal is None else (_HttpError(refusal), refusal)

    def _send(self, send: Send, request: AWSPreparedRequest, event_name: str, **_: object
              ) -> AWSResponse:
        operation = _operation(event_name)
        self.sent.append(operation)
        self._tries += 1
        failure = self._failure(operation)
        if failure is None:
            return self._carry_out(send, request, event_name)
        if failure.applied:
            self._carry_out(send, request, event_name)
        return failure.come_back(request, operation)

    def _failure(self, operation: str) -> Kind | None:
        if operation in self._cut:
            return LOST_BEFORE
        if self._lost[operation]:
            self._lost[operation] -= 1
            return LOST_AFTER
        fault = self._fault
        if fault is None or not fault.meets(len(self.calls) - 1, self._tries, operation):
            return None
        self.hit = True
        return fault.kind

    def _carry_out(self, send: Send, request: AWSPreparedRequest, event_name: str) -> AWSResponse:
        operation = _operation(event_name)
        _next(self._before.get(operation))
        self.arrived.append(operation)
        # What moto does not answer is on its way to DynamoDB Local.
        answer = moto_alone.answer(event_name, request) or send(request)
        _next(self._after.get(operation))
        return answer


class _HttpError:
    """What botocore asks of the HTTP answer to an error."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        self.status_code: int = refusal["ResponseMetadata"]["HTTPStatusCode"]


def break_off() -> None:
    """Before a request: let it not arrive, once. botocore sends it again."""
    raise ConnectionClosedError(endpoint_url="before it arrived")


def _next(actions: list[Action] | None) -> None:
    if actions:
        traced(actions.pop(0))


def _operation(event_name: str) -> str:
    return event_name.rpartition(".")[2]
