"""What happened to one person, from the logs of all functions and of the operators.

Lines of others, and of other programs, are passed over. What is printed of a line are the fields
that we know, in an order that can be read; nothing that a stranger wrote is in them.
"""

import argparse
import json
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from scripts.checkout import Refused
from scripts.operating.person import acting_on_person
from scripts.operating.showing import utc
from scripts.operating.terminal import printable
from scripts.serverless_yml import SERVICE, functions

UNITS_SECONDS = {"d": 86_400, "h": 3_600}
DEFAULT = "7d"
# As long as a stage keeps its logs, where that is longest.
MOST_SECONDS = 400 * UNITS_SECONDS["d"]
OPERATORS = "operator"
# What is said of a line, and before which word.
FIELDS = {"event": "", "action": "", "outcome": "", "role": "", "status": "", "name": "",
          "reason": "", "occasion": "", "notice": "notice ", "operator": "by ",
          "client_id": "client ", "session_id": "session ", "request_id": "request "}


class Entry(NamedTuple):
    """A line of a log; `at_ms` is when it was printed, in epoch milliseconds."""

    at_ms: int
    source: str
    line: Mapping[str, object]


def show_trail(arguments: argparse.Namespace) -> None:
    since_seconds = _seconds(arguments.since)
    with acting_on_person(arguments) as (services, account):
        groups = {f"/aws/lambda/{SERVICE}-{arguments.stage}-{function}": function
                  for function in functions()} | {services.operator_log_group: OPERATORS}
        since_ms = int((time.time() - since_seconds) * 1000)
        entries = sorted((entry for group, source in groups.items()
                          for entry in entries_of(services.logs, group, source, account.user_id,
                                                  since_ms)), key=lambda entry: entry.at_ms)
        for entry in entries:
            print(_readable(entry))
        if not entries:
            print("The logs have nothing of this person from that time.")


def entries_of(logs: Any, group: str, source: str, user_id: str, since_ms: int
               ) -> Iterator[Entry]:
    """Yield what a log group has of a user; nothing if there is no such group (yet)."""
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=since_ms, filterPattern=f'"{user_id}"')
    try:
        for page in pages:
            for event in page["events"]:
                line = _object(event["message"])
                if line.get("user_id") == user_id:
                    yield Entry(event["timestamp"], source, line)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _object(message: str) -> dict[str, object]:
    """Return the JSON object of a line, empty if it is none."""
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def _readable(entry: Entry) -> str:
    said = [f"{word}{entry.line[name]}" for name, word in FIELDS.items()
            if isinstance(entry.line.get(name), str | int) and entry.line[name] != ""]
    return printable(f"{utc(entry.at_ms // 1000)}  {entry.source:24}  {'  '.join(said)}")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([1-9][0-9]{0,4})([dh])", text or DEFAULT, re.ASCII)
    seconds = int(found[1]) * UNITS_SECONDS[found[2]] if found else MOST_SECONDS + 1
    if seconds > MOST_SECONDS:
        raise Refused("Say SINCE=7d for seven days, or SINCE=12h for twelve hours; at most 400d.")
    return seconds
