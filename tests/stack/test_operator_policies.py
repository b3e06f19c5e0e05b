"""The policies of docs/operating.md let operators do what the page says, and no more.

The emulator enforces IAM. A role with each policy is made there, and every action is tried with its
credentials.
"""

import json
import re
import uuid
from typing import Any

import pytest

from scripts import operate
from scripts.checkout import ROOT
from scripts.local.clients import REGION
from scripts.local.stack import LocalStack
from scripts.operating import stage
from scripts.operating.person_actions import ACTIONS
from tests.stack.member import Member

ACCOUNT = "000000000000"
SUPPORT, ADMIN = "support", "admin"
MAY = {SUPPORT: {"find", "show", "trail", "end-sessions"}, ADMIN: set(ACTIONS)}
# What a person is given first, so that there is something to take away.
TAKES_AWAY = {"unblock": ("blocked_at", {"N": "1"}), "revoke-role": ("roles", {"S": "analyst"})}
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
     "Action": "sts:AssumeRole"}]}


def policies() -> dict[str, str]:
    """Return the page's policies, of stage local in the emulator's account."""
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    support, admin = re.findall(r"```json\n(.*?)```", page.split("## Who may do what", 1)[1],
                                re.DOTALL)
    return {name: text.replace("us-west-2", REGION).replace("123456789012", ACCOUNT)
            .replace("session-api-dev", "session-api-local")
            for name, text in ((SUPPORT, support), (ADMIN, admin))}


class OperatedStage:
    """The stage, as whoever has assumed a role sees it."""

    name = "local"

    def __init__(self, stack: LocalStack, credentials: dict[str, str]) -> None:
        self._stack, self._credentials = stack, credentials

    def outputs(self) -> dict[str, str]:
        found = self.client("cloudformation").describe_stacks(StackName=self._stack.name)
        return {output["OutputKey"]: output["OutputValue"]
                for output in found["Stacks"][0]["Outputs"]}

    def client(self, service: str) -> Any:
        return self._stack.emulator.client(service, **self._credentials)


@pytest.fixture(scope="module", params=[SUPPORT, ADMIN])
def operated(request: pytest.FixtureRequest, stack: LocalStack) -> tuple[str, OperatedStage]:
    """Each kind of operator, and the stage by their credentials."""
    kind = str(request.param)
    iam, sts = stack.emulator.client("iam"), stack.emulator.client("sts")
    name = f"{kind}-{uuid.uuid4().hex[:8]}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName=kind, PolicyDocument=policies()[kind])
    assumed = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="grace")["Credentials"]
    return kind, OperatedStage(stack, {"aws_access_key_id": assumed["AccessKeyId"],
                                       "aws_secret_access_key": assumed["SecretAccessKey"],
                                       "aws_session_token": assumed["SessionToken"]})


@pytest.mark.parametrize("action", ACTIONS)
def test_an_operator_does_what_the_policy_allows_and_nothing_else(
        action: str, operated: tuple[str, OperatedStage], stack: LocalStack, ada: Member,
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    kind, operated_stage = operated
    monkeypatch.setattr(stage, "stage_of", lambda _arguments: operated_stage)
    words = ["--role", "analyst"] if action.endswith("-role") else []
    if action in TAKES_AWAY:
        change(stack, ada, TAKES_AWAY[action])
    before = account(stack, ada)

    refusal = ""
    try:
        operate.main(["person", action, "--stage", "local", "--email", ada.email, *words])
    except SystemExit as error:
        refusal = str(error.code)

    assert (refusal == "") is (action in MAY[kind]), refusal
    lines = [line for line in operator_lines(stack) if line.get("user_id") == ada.user_id]
    assert [line["outcome"] for line in lines] == ["started", *(["failed"] if refusal else [])]
    assert all(":assumed-role/" in line["operator"] and line["operator"].endswith("/grace")
               for line in lines)
    if refusal:
        assert "AccessDenied" in refusal
        assert account(stack, ada) == before, "it was done half way"
    if action == "trail":
        assert "authn_login_success" in capsys.readouterr().out


def test_only_an_admin_reads_all_addresses(operated: tuple[str, OperatedStage], ada: Member,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    kind, operated_stage = operated
    monkeypatch.setattr(stage, "stage_of", lambda _arguments: operated_stage)
    words = ["person", "find", "--stage", "local", "--email", ada.email.partition("@")[0]]

    if kind == ADMIN:
        operate.main(words)
    else:
        with pytest.raises(SystemExit, match="AccessDenied"):
            operate.main(words)


def account(stack: LocalStack, member: Member) -> Any:
    """Return the item of a person's account."""
    return stack.emulator.client("dynamodb").get_item(
        TableName=stack.outputs()["UsersTableName"],
        Key={"UserId": {"S": member.user_id}})["Item"]


def change(stack: LocalStack, member: Member, attribute: tuple[str, dict[str, str]]) -> None:
    """Change an attribute of that item."""
    name, value = attribute
    stack.emulator.client("dynamodb").update_item(
        TableName=stack.outputs()["UsersTableName"], Key={"UserId": {"S": member.user_id}},
        UpdateExpression="SET #name = :value", ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value})


def operator_lines(stack: LocalStack) -> list[dict[str, Any]]:
    pages = stack.emulator.client("logs").get_paginator("filter_log_events").paginate(
        logGroupName=stack.outputs()["OperatorLogName"])
    return [json.loads(event["message"]) for page in pages for event in page["events"]]
