"""What the stage itself knows of sessions, and what its functions have logged."""

import json
from collections.abc import Iterator
from typing import Any

from scripts.local.stack import LocalStack

GROUP = "/aws/lambda/{name}-{function}"


def is_there(stack: LocalStack, user_id: str, session_id: str) -> bool:
    """Whether the session's item is in its table."""
    item = stack.emulator.client("dynamodb").get_item(
        TableName=stack.outputs()["SessionsTableName"], ConsistentRead=True,
        Key={"UserId": {"S": user_id}, "SessionId": {"S": session_id}})
    return "Item" in item


def events_of_refreshes(stack: LocalStack, session_id: str) -> dict[str, int]:
    """Return how often the refreshes of this session had which outcome."""
    counts: dict[str, int] = {}
    for entry in logged(stack, "refreshSession"):
        if entry.get("session_id") == session_id:
            counts[entry["event"]] = counts.get(entry["event"], 0) + 1
    return counts


def logged(stack: LocalStack, function: str) -> Iterator[dict[str, Any]]:
    """Yield the lines that a function has logged, in their order."""
    pages = stack.emulator.client("logs").get_paginator("filter_log_events").paginate(
        logGroupName=GROUP.format(name=stack.name, function=function))
    for line in (event["message"] for page in pages for event in page["events"]):
        if line.startswith("{"):
            yield json.loads(line)
