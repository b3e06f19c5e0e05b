"""deploy-vpc: aws-vpc.template, created or updated through a change set."""

import time
import uuid
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from scripts import serverless_yml
from scripts.checkout import ROOT, Refused
from scripts.delivery import aws

TEMPLATE = ROOT / "aws-vpc.template"
STACK = "session-api-network"
# What CloudFormation calls a change set without a change.
NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
WAIT_SECONDS = 1800
CIDR_PREFIX = 20
# Of a stack that was never there as a whole; CloudFormation only lets it be deleted.
NEVER_CREATED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
# Of a stack that had a change set and nothing else.
EMPTY = "REVIEW_IN_PROGRESS"
STUCK = ("UPDATE_ROLLBACK_FAILED", "DELETE_FAILED")


def deploy_vpc(region: str, parameters: Mapping[str, str], stack: str = STACK) -> list[str]:
    """Return the changes made, one line each; none if the network is as the template says.

    Parameters that are not given keep the values that the stack has; where it has none, the
    template's defaults apply. A stack whose creation failed is deleted and created anew."""
    for name in parameters:
        if name not in _defaults():
            raise Refused(f"aws-vpc.template has no parameter {name}; it has "
                          f"{', '.join(_defaults())}.")
    _check_cidr(parameters.get("Cidr"))
    client = aws.client("cloudformation", region)
    status, held = _found(client, stack)
    _check_zones({**_defaults(), **held, **parameters})
    done: list[str] = []
    if status in NEVER_CREATED:
        _delete(client, stack)
        done, status = [f"Deleted {stack}, whose creation had failed ({status})"], EMPTY
    kind = "CREATE" if status in ("", EMPTY) else "UPDATE"
    return done + _change(client, stack, kind, [*_said(parameters), *_kept(held, parameters)])


def _change(client: Any, stack: str, kind: str, parameters: list[dict[str, object]]) -> list[str]:
    name = f"deploy-vpc-{uuid.uuid4()}"
    client.create_change_set(
        StackName=stack, ChangeSetName=name, ChangeSetType=kind,
        TemplateBody=TEMPLATE.read_text(), Capabilities=["CAPABILITY_IAM"], Parameters=parameters)
    described = _settled(client, stack, name)
    if described["Status"] == "FAILED":
        client.delete_change_set(StackName=stack, ChangeSetName=name)
        reason = described.get("StatusReason", "")
        if any(words in reason for words in NO_CHANGE):
            return []
        raise Refused(f"CloudFormation refuses the change set: {reason}")
    changes = [change["ResourceChange"] for change in described["Changes"]]
    client.execute_change_set(StackName=stack, ChangeSetName=name, ClientRequestToken=name)
    try:
        _wait(client, stack, f"stack_{kind.lower()}_complete")
    except WaiterError as error:
        raise Refused(f"The network was not deployed: {_cause(client, stack, name)}") from error
    return [f"{change['Action']} {change['ResourceType']} {change['LogicalResourceId']}"
            for change in changes]


def _found(client: Any, stack: str) -> tuple[str, dict[str, str]]:
    """Return the status of the stack, empty if it is not there, and the values of its parameters,
    none if it was never created. Raises Refused for a stack that cannot be changed now."""
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return "", {}
        raise
    status = str(found["StackStatus"])
    if status == EMPTY or status in NEVER_CREATED:
        return status, {}
    if status.endswith("_IN_PROGRESS"):
        raise Refused(f"{stack} is being changed ({status}). Try again when that has ended.")
    if status in STUCK:
        raise Refused(f"{stack} is {status}. Continue its rollback, or delete it, in "
                      "CloudFormation.")
    return status, {parameter["ParameterKey"]: parameter["ParameterValue"]
                    for parameter in found.get("Parameters", [])}


def _delete(client: Any, stack: str) -> None:
    client.delete_stack(StackName=stack)
    try:
        _wait(client, stack, "stack_delete_complete")
    except WaiterError as error:
        raise Refused(f"{stack} failed when it was created, and cannot be deleted either. Delete "
                      "what is left of it in CloudFormation, then try again.") from error


def _wait(client: Any, stack: str, waiter: str) -> None:
    client.get_waiter(waiter).wait(StackName=stack, WaiterConfig=aws.waiting(WAIT_SECONDS))


def _cause(client: Any, stack: str, token: str) -> str:
    """Return what failed first in the change of this token; the rest was cancelled after it."""
    pages = client.get_paginator("describe_stack_events").paginate(StackName=stack)
    failed = [event for page in pages for event in page["StackEvents"]
              if event.get("ClientRequestToken") == token
              and event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return f"CloudFormation says why among the events of {stack}."
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason given')}"


def _check_cidr(cidr: str | None) -> None:
    if cidr is None:
        return
    try:
        network = IPv4Network(cidr, strict=False)
    except ValueError:
        network = None
    if network is None or network.prefixlen != CIDR_PREFIX:
        raise Refused(f"Cidr={cidr} is not a /{CIDR_PREFIX} such as 10.20.0.0/{CIDR_PREFIX}.")
    if str(network) != cidr:
        raise Refused(f"Cidr={cidr} is an address within a network. The network is {network}.")


def _check_zones(values: Mapping[str, str]) -> None:
    names = values["ZoneNames"].split(",") if values["ZoneNames"] else []
    if names and len(set(names)) != len(names) or names and str(len(names)) != values["Zones"]:
        raise Refused(f"ZoneNames={values['ZoneNames']} must name {values['Zones']} different "
                      "zones, as Zones says.")


def _defaults() -> dict[str, str]:
    known = serverless_yml.load(TEMPLATE)["Parameters"]
    return {name: str(settings["Default"]) for name, settings in known.items()}


def _said(parameters: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for name, value in parameters.items():
        yield {"ParameterKey": name, "ParameterValue": value}


def _kept(held: Mapping[str, str], parameters: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """A parameter that is not named would get the template's default, even on an update."""
    for name in sorted((held.keys() & _defaults().keys()) - parameters.keys()):
        yield {"ParameterKey": name, "UsePreviousValue": True}


def _settled(client: Any, stack: str, name: str) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        described = client.describe_change_set(StackName=stack, ChangeSetName=name)
        if described["Status"] in ("CREATE_COMPLETE", "FAILED"):
            return described
        time.sleep(aws.POLL_SECONDS)
    raise Refused(f"The change set {name} of {stack} is not ready after {WAIT_SECONDS} s.")
