"""The functions' logs: one JSON line an invocation, and nothing in it that opens a door."""

import json
from typing import Any

from scripts.local.stack import LocalStack
from tests.stack.member import Member

PREFIX = "/aws/lambda/"
NEVER_LOGGED = "a wrong password that nobody may ever see"


def lines_of(stack: LocalStack, function: str | None = None) -> list[str]:
    """Return what one function, or all of them, printed."""
    logs = stack.emulator.client("logs")
    prefix = f"{PREFIX}{stack.name}-{function or ''}"
    groups = [group["logGroupName"] for group in
              logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
              if function is None or group["logGroupName"] == prefix]
    return [event["message"].strip() for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"]]


def events_of(stack: LocalStack, function: str, **fields: str) -> list[dict[str, Any]]:
    """Return the function's JSON lines in which these fields are so."""
    entries = [json.loads(line) for line in lines_of(stack, function) if line.startswith("{")]
    return [entry for entry in entries if fields.items() <= entry.items()]


def test_each_outcome_is_one_event(stack: LocalStack, ada: Member) -> None:
    ada.try_sign_in(NEVER_LOGGED)
    ada.refresh()
    ada.send("DELETE", "/session")

    assert [event["event"] for event in events_of(stack, "createUser", user_id=ada.user_id)] == [
        "user_created"]
    [signed_in] = events_of(stack, "createSession", user_id=ada.user_id,
                            event="authn_login_success")
    session_id = signed_in["session_id"]
    assert [event["event"] for event in events_of(
        stack, "refreshSession", session_id=session_id)] == ["authn_token_created"]
    assert [event["event"] for event in events_of(
        stack, "deleteSession", session_id=session_id)] == ["authn_token_revoked"]
    [failed] = [event for event in events_of(stack, "createSession", event="authn_login_fail")
                if event.get("user_id") == ada.user_id or event.get("subject")][-1:]
    assert (failed["status"], failed["name"]) == (401, "bad_credentials")


def test_an_invocation_prints_one_line_with_its_request_id(stack: LocalStack, ada: Member) -> None:
    answer = ada.send("GET", "/session")

    printed = events_of(stack, "getSession")
    assert answer.status == 200
    assert len({event["request_id"] for event in printed}) == len(printed)
    assert printed[-1]["status"] == 200


def test_no_line_holds_a_secret_a_token_a_password_or_an_address(
        stack: LocalStack, outputs: dict[str, str], ada: Member) -> None:
    ada.try_sign_in(NEVER_LOGGED)
    ada.refresh()
    ada.send("GET", "/user")
    ada.api.send("POST", "/user/password-reset", {"email": ada.email})
    ada.api.send("PUT", "/user/password-reset", {"token": ada.access_token, "new_password": "x"})
    ada.api.send("GET", "/user", headers={"Authorization": f"Bearer {ada.refresh_token}"})
    ada.send("DELETE", "/session")

    text = "\n".join(lines_of(stack))

    secrets = stack.emulator.client("secretsmanager")
    values = [secrets.get_secret_value(SecretId=outputs[name])["SecretString"]
              for name in ("SigningSecretArn", "PepperSecretArn")]
    signatures = [token.split(".")[2] for token in (ada.access_token, ada.refresh_token)]
    for hidden in (ada.password, NEVER_LOGGED, "@example.org", "eyJ", *values, *signatures):
        assert hidden not in text
