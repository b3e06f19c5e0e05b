"""The operators' log of a stage: who did what to which person, as lines of JSON.

A line is written before the action, and without it nothing is done. A second one follows if the
action fails or is interrupted. Events are named as in the OWASP Logging Vocabulary; the caller is
the one that STS knows, and not a name that was typed. A line has no address and no password.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from scripts.checkout import Refused
from scripts.delivery import aws
from scripts.deployed_stage import reason
from shared.wiring.log_lines import timestamp

EVENTS = {"find": "sensitive_read", "show": "sensitive_read", "trail": "sensitive_read",
          "grant-role": "authz_change", "revoke-role": "authz_change"}
# Of every other action of an operator.
ADMIN = "authz_admin"
STREAM = "people"
STARTED, FAILED, INTERRUPTED = "started", "failed", "interrupted"


class OperatorLog:
    """The log group `group` of a stage, in which `caller` (an ARN) is the operator; `logs` is a
    client of CloudWatch Logs. The group is there, and the stream is made when it is needed."""

    def __init__(self, logs: Any, group: str, stage: str, caller: Callable[[], str]) -> None:
        self._logs, self._group = logs, group
        self._stage, self._caller = stage, caller

    @contextmanager
    def action(self, action: str, user_id: str, **about: str) -> Iterator[None]:
        """Write the line of an action on a user (empty: on whoever is found), and let it be done.
        Raises Refused when the line cannot be written."""
        line = {"event": EVENTS.get(action, ADMIN), "action": action, "stage": self._stage,
                **({"user_id": user_id} if user_id else {}), **about}
        try:
            line["operator"] = self._caller()
            self._write(line, STARTED)
        except aws.FAILURES as failure:
            raise Refused("Nothing was done, because the operators' log cannot be written "
                          f"({reason(failure)}).") from failure
        try:
            yield
        except BaseException as error:
            self._write_end(line, error)
            raise

    def _write_end(self, line: dict[str, str], error: BaseException) -> None:
        outcome = INTERRUPTED if isinstance(error, KeyboardInterrupt) else FAILED
        try:
            # Only its type, because the text may quote what was typed.
            self._write(line, outcome, reason=type(error.__cause__ or error).__name__)
        except (*aws.FAILURES, Refused) as failure:
            print(f"The operators' log has no line that says {outcome} ({failure}).",
                  file=sys.stderr, flush=True)

    def _write(self, line: dict[str, str], outcome: str, **about: str) -> None:
        message = json.dumps({"timestamp": timestamp(), "level": "WARN" if about else "INFO"}
                             | line | {"outcome": outcome} | about)
        try:
            self._put(message)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._make_stream()
            self._put(message)

    def _put(self, message: str) -> None:
        """CloudWatch Logs takes a line and drops it if its time is too far from its own."""
        answer = self._logs.put_log_events(
            logGroupName=self._group, logStreamName=STREAM,
            logEvents=[{"timestamp": int(time.time() * 1000), "message": message}])
        if answer.get("rejectedLogEventsInfo"):
            raise Refused("The operators' log refuses a line of this time: correct the clock of "
                          "this machine. An action is not begun without its first line.")

    def _make_stream(self) -> None:
        try:
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=STREAM)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
