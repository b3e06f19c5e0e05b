"""aws-vpc.template: sound as it stands, and deployed through change sets."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.checkout import ROOT
from scripts.delivery import network
from scripts.local.clients import REGION
from tests.delivery.conftest import Account

TEMPLATE = ROOT / "aws-vpc.template"
Template = dict[str, Any]
Package = Callable[..., Template]
# The emulator knows neither NAT gateways nor flow logs.
EMULATED = ("--param", "Nat=false", "--param", "FlowLogs=false")


class Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the long ones."""


def _long_form(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise ValueError(f"a short form of {node.tag} is neither text nor a list")
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


yaml.add_multi_constructor("!", _long_form, Loader)


def resources() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader)["Resources"]
    return found


def test_cfn_lint_finds_nothing_and_the_size_is_within_bounds() -> None:
    linted = subprocess.run([Path(sys.executable).with_name("cfn-lint"), TEMPLATE],
                            capture_output=True, text=True, check=False)

    assert (linted.returncode, linted.stdout) == (0, "")
    assert TEMPLATE.stat().st_size < 51_200


def test_functions_take_nothing_in_and_send_https_only() -> None:
    group = resources()["FunctionSecurityGroup"]["Properties"]

    assert "SecurityGroupIngress" not in group
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        (443, 443)]


def test_what_is_billed_by_the_hour_can_be_left_out() -> None:
    conditions = {found["Type"]: found.get("Condition") for found in resources().values()}

    assert conditions["AWS::EC2::NatGateway"] == conditions["AWS::EC2::EIP"] == "HasNat"
    assert conditions["AWS::EC2::FlowLog"] == "HasFlowLogs"
    assert all("Condition" in found for found in resources().values()
               if found.get("Properties", {}).get("VpcEndpointType") == "Interface")


def test_the_dynamodb_endpoint_is_free_and_serves_this_account_only() -> None:
    endpoint = resources()["DynamoDbEndpoint"]["Properties"]
    statement = endpoint["PolicyDocument"]["Statement"][0]

    assert endpoint["VpcEndpointType"] == "Gateway"
    assert "dynamodb:*" not in statement["Action"]
    assert statement["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}


def test_a_stage_that_sends_mail_reaches_lambda_and_ses_by_endpoints() -> None:
    endpoints = {found["Properties"]["ServiceName"]["Fn::Sub"].rpartition(".")[2]
                 for found in resources().values() if found.get("Condition") == "HasMailEndpoints"}

    assert endpoints == {"lambda", "email"}


def test_the_lambda_endpoint_lets_this_account_invoke_its_functions_and_no_more() -> None:
    [statement] = resources()["LambdaInterface"]["Properties"]["PolicyDocument"]["Statement"]

    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"]["Fn::Sub"].endswith("${AWS::AccountId}:function:*")
    assert statement["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}


def test_private_subnets_have_no_way_to_the_internet_without_nat() -> None:
    routes = [found for found in resources().values() if found["Type"] == "AWS::EC2::Route"]

    assert all(route["Condition"] == "HasNat" for route in routes)


def test_the_network_is_created_then_left_alone_then_updated(bare: Account) -> None:
    created = bare.step("deploy-vpc", *EMULATED)
    again = bare.step("deploy-vpc", *EMULATED)
    updated = bare.step("deploy-vpc", *EMULATED, "--param", "Zones=3")

    assert created.returncode == 0, created.stderr
    assert "Add AWS::EC2::VPC Vpc" in created.stdout
    assert "nothing was changed" in again.stdout
    assert updated.returncode == 0, updated.stderr
    exports = bare.emulator.client("cloudformation").list_exports()["Exports"]
    subnets = {found["Name"]: found["Value"] for found in exports}[
        f"{network.STACK}-PrivateSubnets"].split(",")
    assert len(subnets) == 3


def test_changes_in_quick_succession_do_not_share_a_change_set(
        bare: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in bare.environment.items():
        monkeypatch.setenv(name, value)

    changes = [network.deploy_vpc(REGION, {"Nat": "false", "FlowLogs": "false", "Zones": zones},
                                  "quick-network") for zones in ("2", "3", "2", "3")]

    assert all(changes)


def test_a_parameter_that_is_not_named_keeps_the_value_that_the_stack_has(
        bare: Account) -> None:
    stack = ("--stack", "kept-network")
    bare.step("deploy-vpc", *EMULATED, *stack, "--param", "MailEndpoints=true")

    again = bare.step("deploy-vpc", *stack)
    changed = bare.step("deploy-vpc", *stack, "--param", "Zones=3")

    assert (again.returncode, changed.returncode) == (0, 0), again.stderr + changed.stderr
    assert "nothing was changed" in again.stdout
    kept = bare.emulator.client("cloudformation").describe_stacks(
        StackName="kept-network")["Stacks"][0]["Parameters"]
    assert {found["ParameterKey"]: found["ParameterValue"] for found in kept} == {
        "Cidr": "10.20.0.0/20", "Zones": "3", "ZoneNames": "", "SecretsManagerEndpoint": "true",
        "MailEndpoints": "true", "Nat": "false", "FlowLogs": "false",
        "FlowLogRetentionDays": "30"}


def test_the_zones_may_be_named(bare: Account) -> None:
    """Some zones have no Lambda or no endpoints; which ones differs from account to account."""
    done = bare.step("deploy-vpc", *EMULATED, "--stack", "zoned-network",
                     "--param", f"ZoneNames={REGION}b,{REGION}c")

    assert done.returncode == 0, done.stderr
    subnets = bare.emulator.client("ec2").describe_subnets()["Subnets"]
    assert {subnet["AvailabilityZone"] for subnet in subnets for tag in subnet["Tags"]
            if tag["Value"].startswith("zoned-network-private")} == {f"{REGION}b", f"{REGION}c"}


def test_a_parameter_out_of_bounds_is_refused_and_changes_nothing(bare: Account) -> None:
    refused = bare.step("deploy-vpc", *EMULATED, "--param", "Zones=9")

    assert refused.returncode == 1
    assert "Zones" in refused.stderr


def functions(template: Template) -> list[dict[str, Any]]:
    return [found["Properties"] for found in template["Resources"].values()
            if found["Type"] == "AWS::Lambda::Function"]


def test_a_stage_is_in_no_vpc_unless_it_asks(template: Package) -> None:
    for function in functions(template()):
        assert function["VpcConfig"] == {"SecurityGroupIds": [], "SubnetIds": []}


def test_a_stage_that_asks_joins_the_vpc_with_every_function(template: Package) -> None:
    joined = template(network="vpc", snapStart="createSession,getUser")

    for function in functions(joined):
        assert function["VpcConfig"] == {
            "SecurityGroupIds": [{"Fn::ImportValue": f"{network.STACK}-FunctionSecurityGroup"}],
            "SubnetIds": {"Fn::Split": [
                ",", {"Fn::ImportValue": f"{network.STACK}-PrivateSubnets"}]}}
