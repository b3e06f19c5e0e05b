"""What the stage itself knows of a session."""

import json

from scripts.local.stack import LocalStack

GROUP = "/aws/lambda/{name}-refreshSession"


def is_there(stack: LocalStack, user_id: str, session_id: str) -> bool:
    """Whether the session's item is in its table."""
    item = stack.emulator.client("dynamodb").get_item(
        TableName=stack.outputs()["SessionsTableName"], ConsistentRead=True,
        Key={"UserId": {"S": user_id}, "SessionId": {"S": session_id}})
    return "Item" in item


def events_of_refreshes(stack: LocalStack, session_id: str) -> dict[str, int]:
    """Return how often the refreshes of this session had which outcome."""
    counts: dict[str, int] = {}
    pages = stack.emulator.client("logs").get_paginator("filter_log_events").paginate(
        logGroupName=GROUP.format(name=stack.name))
    for line in (event["message"] for page in pages for event in page["events"]):
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("session_id") == session_id:
            counts[entry["event"]] = counts.get(entry["event"], 0) + 1
    return counts
