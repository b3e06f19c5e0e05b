"""deploy-vpc: aws-vpc.template, created or updated through a change set."""

import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts import serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.delivery import aws

TEMPLATE = ROOT / "aws-vpc.template"
STACK = "session-api-network"
# What CloudFormation calls a change set without a change.
NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
WAIT_SECONDS = 1800


def deploy_vpc(region: str, parameters: Mapping[str, str], stack: str = STACK) -> list[str]:
    """Return the changes made, one line each; none if the network is as the template says.

    Parameters that are not given keep the values that the stack has; where it has none, the
    template's defaults apply."""
    client = aws.client("cloudformation", region)
    held = _held(client, stack)
    kind = "CREATE" if held is None else "UPDATE"
    name = f"deploy-vpc-{uuid.uuid4()}"
    client.create_change_set(
        StackName=stack, ChangeSetName=name, ChangeSetType=kind,
        TemplateBody=TEMPLATE.read_text(), Capabilities=["CAPABILITY_IAM"],
        Parameters=[*_said(parameters), *_kept(held or set(), parameters)])
    described = _settled(client, stack, name)
    if described["Status"] == "FAILED":
        client.delete_change_set(StackName=stack, ChangeSetName=name)
        reason = described.get("StatusReason", "")
        if any(words in reason for words in NO_CHANGE):
            return []
        raise Refused(f"CloudFormation refuses the change set: {reason}")
    changes = [change["ResourceChange"] for change in described["Changes"]]
    client.execute_change_set(StackName=stack, ChangeSetName=name)
    client.get_waiter(f"stack_{kind.lower()}_complete").wait(
        StackName=stack, WaiterConfig=aws.waiting(WAIT_SECONDS))
    return [f"{change['Action']} {change['ResourceType']} {change['LogicalResourceId']}"
            for change in changes]


def _held(client: Any, stack: str) -> set[str] | None:
    """Return the names of the parameters that the stack has, None if it is not there. One
    that only ever had a change set counts as not there."""
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return None
        raise
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    return {parameter["ParameterKey"] for parameter in found.get("Parameters", [])}


def _said(parameters: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for name, value in parameters.items():
        yield {"ParameterKey": name, "ParameterValue": value}


def _kept(held: set[str], parameters: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """A parameter that is not named would get the template's default, even on an update."""
    known = serverless_yml.load(TEMPLATE)["Parameters"].keys()
    for name in sorted((held & known) - parameters.keys()):
        yield {"ParameterKey": name, "UsePreviousValue": True}


def _settled(client: Any, stack: str, name: str) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        described = client.describe_change_set(StackName=stack, ChangeSetName=name)
        if described["Status"] in ("CREATE_COMPLETE", "FAILED"):
            return described
        time.sleep(aws.POLL_SECONDS)
    raise Refused(f"The change set {name} of {stack} is not ready after {WAIT_SECONDS} s.")
