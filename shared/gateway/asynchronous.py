"""Connects an asynchronous invocation and a handler, as api_gateway does for a request.

Nobody waits for an answer. Lambda invokes the function again when it fails, twice by default,
and then drops the event. Each try prints one line, like a request.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import TryLater
from shared.gateway import audit
from shared.wiring import process
from shared.wiring.services import Services


class Task:
    """One event, and what the line of its log says: `failure` until the task is done."""

    def __init__(self, event: Mapping[str, object], request_id: str, failure: str) -> None:
        self.event, self.request_id, self.event_name = event, request_id, failure
        self.about: dict[str, str] = {}

    def record(self, event_name: str, **about: str) -> None:
        """Set the event and its identifiers for the one log line of this invocation."""
        self.event_name = event_name
        self.about |= about


class Failed(Exception):
    """Lambda logs the text of this exception, and not that of its cause, which may quote an
    address."""


def task(handle: Callable[[Task, Services], None], *needs: str, failure: str
         ) -> Callable[..., dict[str, str]]:
    """Return the Lambda handler of a task; `needs` names what it uses of Services, and `failure`
    is the log event of one that fails."""
    process.start(*needs)

    def handler(event: Mapping[str, object], context: Any, services: Services | None = None
                ) -> dict[str, str]:
        begun = Task(event, context.aws_request_id, failure)
        try:
            handle(begun, services or process.services())
        except Exception as error:
            audit.write(begun, context, 503 if isinstance(error, TryLater) else 500, error)
            raise Failed(f"{failure}; the line before this one says why") from None
        audit.write(begun, context, 200, None)
        return {"event": begun.event_name}

    return handler
