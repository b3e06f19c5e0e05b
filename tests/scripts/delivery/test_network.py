"""deploy-vpc meets a stack in any state, and values that CloudFormation would refuse late.

CloudFormation answers as its API reference says; the emulator never fails to create a stack.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from scripts.checkout import Refused
from scripts.delivery import aws, network
from tests.scripts.delivery.scripted_lambda import client

STACK = network.STACK
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
CHANGES = [{"Type": "Resource", "ResourceChange": {
    "Action": "Add", "ResourceType": "AWS::EC2::VPC", "LogicalResourceId": "Vpc"}}]
VPC_ADDED = "Add AWS::EC2::VPC Vpc"


class CloudFormation:
    """The answers of CloudFormation, in the order in which they are asked for."""

    def __init__(self, scripted: Stubber) -> None:
        self._scripted = scripted

    def has(self, status: str, **parameters: str) -> None:
        self._scripted.add_response("describe_stacks", {"Stacks": [{
            "StackName": STACK, "StackStatus": status, "CreationTime": NOW,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value}
                           for key, value in parameters.items()]}]}, {"StackName": STACK})

    def has_none(self) -> None:
        self._scripted.add_client_error("describe_stacks", "ValidationError", "does not exist")

    def deletes(self, outcome: str) -> None:
        self._scripted.add_response("delete_stack", {}, {"StackName": STACK})
        self.has(outcome)

    def changes(self, kind: str, outcome: str, parameters: object = ANY) -> None:
        self._scripted.add_response("create_change_set", {}, {
            "StackName": STACK, "ChangeSetName": ANY, "ChangeSetType": kind, "TemplateBody": ANY,
            "Capabilities": ["CAPABILITY_IAM"], "Parameters": parameters})
        self._scripted.add_response("describe_change_set", {
            "Status": "CREATE_COMPLETE", "Changes": CHANGES})
        self._scripted.add_response("execute_change_set", {}, {
            "StackName": STACK, "ChangeSetName": ANY, "ClientRequestToken": ANY})
        self.has(outcome)

    def tells(self, *events: dict[str, Any]) -> None:
        self._scripted.add_response("describe_stack_events", {"StackEvents": [
            {"StackId": "x", "EventId": "x", "StackName": STACK, "Timestamp": NOW} | event
            for event in events]})


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    cloudformation = client("cloudformation")
    monkeypatch.setattr(aws, "client", lambda *_: cloudformation)
    monkeypatch.setattr(uuid, "uuid4", lambda: "1")
    with Stubber(cloudformation) as scripted:
        yield CloudFormation(scripted)
        scripted.assert_no_pending_responses()


def deploy(**parameters: str) -> list[str]:
    return network.deploy_vpc("us-west-2", parameters)


def test_a_network_that_is_not_there_is_created(cloudformation: CloudFormation) -> None:
    cloudformation.has_none()
    cloudformation.changes("CREATE", "CREATE_COMPLETE")

    assert deploy() == [VPC_ADDED]


def test_a_stack_that_only_ever_had_a_change_set_is_created(
        cloudformation: CloudFormation) -> None:
    cloudformation.has("REVIEW_IN_PROGRESS", Zones="3")
    cloudformation.changes("CREATE", "CREATE_COMPLETE", [])

    assert deploy() == [VPC_ADDED]


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"])
def test_a_stack_whose_creation_failed_makes_way_for_a_new_one(
        status: str, cloudformation: CloudFormation) -> None:
    """CloudFormation takes no change of it, and what it was told then is not kept."""
    cloudformation.has(status, Zones="3", ZoneNames="a,b,c")
    cloudformation.deletes("DELETE_COMPLETE")
    cloudformation.changes("CREATE", "CREATE_COMPLETE", [])

    assert deploy() == [f"Deleted {STACK}, whose creation had failed ({status})", VPC_ADDED]


def test_what_is_left_of_a_failed_creation_is_named(cloudformation: CloudFormation) -> None:
    cloudformation.has("ROLLBACK_FAILED")
    cloudformation.deletes("DELETE_FAILED")

    with pytest.raises(Refused, match="cannot be deleted either"):
        deploy()


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE",
                                    "UPDATE_ROLLBACK_COMPLETE"])
def test_a_network_that_is_there_is_updated(status: str, cloudformation: CloudFormation) -> None:
    cloudformation.has(status, Zones="2", Nat="true", Gone="x")
    cloudformation.changes("UPDATE", "UPDATE_COMPLETE", [
        {"ParameterKey": "Zones", "ParameterValue": "3"},
        {"ParameterKey": "Nat", "UsePreviousValue": True}])

    assert deploy(Zones="3") == [VPC_ADDED]


@pytest.mark.parametrize(("status", "advice"), [
    ("CREATE_IN_PROGRESS", "Try again when that has ended"),
    ("ROLLBACK_IN_PROGRESS", "Try again when that has ended"),
    ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Try again when that has ended"),
    ("UPDATE_ROLLBACK_FAILED", "Continue its rollback"), ("DELETE_FAILED", "delete it")])
def test_a_stack_that_takes_no_change_now_is_refused_in_a_sentence(
        status: str, advice: str, cloudformation: CloudFormation) -> None:
    cloudformation.has(status)

    with pytest.raises(Refused, match=f"{STACK} is .*{status}.*{advice}"):
        deploy()


def test_a_change_that_fails_says_what_failed_first(cloudformation: CloudFormation) -> None:
    def event(resource: str, status: str, reason: str, second: int, token: str = "deploy-vpc-1"
              ) -> dict[str, Any]:
        return {"LogicalResourceId": resource, "ResourceStatus": status, "Timestamp":
                NOW.replace(second=second), "ResourceStatusReason": reason,
                "ClientRequestToken": token}

    cloudformation.has_none()
    cloudformation.changes("CREATE", "ROLLBACK_COMPLETE")
    cloudformation.tells(
        event("Vpc", "DELETE_COMPLETE", "", 5),
        event("PrivateSubnet2", "CREATE_FAILED", "Resource creation cancelled", 4),
        event("PrivateSubnet1", "CREATE_FAILED", "no such zone", 3),
        event("Vpc", "CREATE_COMPLETE", "", 2),
        event("Vpc", "CREATE_FAILED", "of another time", 1, "deploy-vpc-0"))

    with pytest.raises(Refused, match="not deployed: PrivateSubnet1: no such zone"):
        deploy()


@pytest.mark.parametrize(("cidr", "told"), [
    ("10.20.1.0/20", "Cidr=10.20.1.0/20 is an address within a network. The network is "
     "10.20.0.0/20."),
    ("10.20.0.0/255.255.240.0", "The network is 10.20.0.0/20."),
    ("10.20.0.0/24", "is not a /20"), ("10.20.0.0", "is not a /20"), ("", "is not a /20"),
    ("10.20.0.256/20", "is not a /20"), ("fd00::/20", "is not a /20")])
def test_a_range_that_is_no_network_is_refused_before_cloudformation_is_asked(
        cidr: str, told: str, cloudformation: CloudFormation) -> None:
    with pytest.raises(Refused) as refused:
        deploy(Cidr=cidr)

    assert told in str(refused.value)


@pytest.mark.parametrize(("held", "said"), [
    ({}, {"ZoneNames": "us-west-2a"}),
    ({}, {"ZoneNames": "us-west-2a,us-west-2a"}),
    ({}, {"ZoneNames": "us-west-2a,us-west-2b", "Zones": "3"}),
    ({"ZoneNames": "us-west-2a,us-west-2b", "Zones": "2"}, {"Zones": "3"})])
def test_as_many_zones_are_named_as_there_are(held: dict[str, str], said: dict[str, str],
                                              cloudformation: CloudFormation) -> None:
    cloudformation.has("CREATE_COMPLETE", **held)

    with pytest.raises(Refused, match="ZoneNames=us-west-2a.* must name [23] different zones"):
        deploy(**said)


def test_a_parameter_that_the_template_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="aws-vpc.template has no parameter Foo; it has Cidr, "):
        network.deploy_vpc("us-west-2", {"Foo": "1"})
