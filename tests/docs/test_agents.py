"""docs/agents.md: the agents may do what the steps do, and no more where that is a list."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from scripts import included, serverless_yml
from scripts.checkout import ROOT
from tests.docs.pages import page, sections

# Where IAM's name of an action is not that of the operation.
ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction",
           "apigateway:FlushStageAuthorizersCache": "apigateway:DELETE",
           "apigateway:GetResources": "apigateway:GET",
           "apigateway:CreateDeployment": "apigateway:POST"}
# "No permissions are required to perform this operation" (API reference of STS).
FOR_EVERYBODY = {"sts:GetCallerIdentity"}
# What only the deployment of the whole service calls, of what is written in files of all steps.
OF_THE_WHOLE = {"apigateway:GET", "apigateway:POST"}
NETWORK = ROOT / "scripts/delivery/network.py"
STEPS = sorted({path for pattern in included.PROGRAMS for path in ROOT.glob(pattern)
                if path.suffix == ".py"} - {NETWORK})
# What CloudFormation makes for each kind of resource that a template may have.
TYPES = {"ApiGateway": "apigateway", "CloudWatch": "cloudwatch", "DynamoDB": "dynamodb",
         "EC2": "ec2", "IAM": "iam", "Lambda": "lambda", "Logs": "logs", "Route53": "route53",
         "S3": "s3", "SNS": "sns", "SecretsManager": "secretsmanager"}


def policy(heading: str) -> Mapping[str, Any]:
    text = sections(page("docs/agents.md"))[heading]
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def actions(heading: str) -> set[str]:
    return {action for statement in policy(heading)["Statement"] for action in statement["Action"]}


def called(*files: Path) -> set[str]:
    """Return the actions of what these files call of AWS, waiters and pages too. A method of
    ours that is called like an operation counts as that."""
    calls = [call for file in files for call in _calls(file.read_text())]
    known = _operations({service for call in calls for service in _services(call)})
    found = {action for call in calls for name in _names(call) for action in known.get(name, ())}
    return {ACTIONS.get(action, action) for action in found} - FOR_EVERYBODY


def _operations(services: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the operations behind each name that clients and waiters of these services know."""
    session = botocore.session.get_session()
    with_waiters = session.get_component("data_loader").list_available_services("waiters-2")
    found = defaultdict[str, set[str]](set)
    for service in services:
        for operation in session.get_service_model(service).operation_names:
            found[xform_name(operation)].add(f"{service}:{operation}")
        if service in with_waiters:
            for name, waiter in session.get_waiter_model(service)._waiter_config.items():
                found[xform_name(name)].add(f"{service}:{waiter['operation']}")
    return found


def _calls(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _services(call: ast.Call) -> Iterator[str]:
    """The service of `aws.client("lambda", ...)`, which is written out."""
    if ast.unparse(call.func) == "aws.client":
        yield str(ast.literal_eval(call.args[0]))


def _names(call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    yield call.func.attr
    if call.func.attr in ("get_waiter", "get_paginator", "_ask"):
        yield from _spelt(call.args[0])


def _spelt(name: ast.expr) -> Iterator[str]:
    """A name that is put together stands for each word that can be in it."""
    if isinstance(name, ast.Constant):
        yield str(name.value)
    else:
        yield from ("stack_create_complete", "stack_update_complete")


def test_a_functions_pipeline_may_do_just_what_its_steps_call() -> None:
    assert actions("The pipelines of the functions") == called(*STEPS) - OF_THE_WHOLE
    assert actions("The whole service") >= OF_THE_WHOLE


@pytest.mark.parametrize("source", [
    "aws.client('cloudwatch', region).describe_alarms()",
    "alarms = aws.client('cloudwatch', region)\nalarms.describe_alarms()",
    "aws.client('cloudwatch', region).get_paginator('describe_alarms')",
    "aws.client('cloudwatch', region).get_waiter('alarm_exists')"])
def test_a_call_of_any_service_is_noticed(source: str, tmp_path: Path) -> None:
    (tmp_path / "alarms.py").write_text(source)

    assert called(tmp_path / "alarms.py") == {"cloudwatch:DescribeAlarms"}


def test_the_network_is_changed_by_just_what_is_called() -> None:
    allowed = actions("The network")

    assert called(NETWORK) == {
        action for action in allowed if action.startswith("cloudformation:")}


@pytest.mark.parametrize(("heading", "template"), [
    ("The whole service", "serverless.yml"), ("The network", "aws-vpc.template")])
def test_each_kind_of_resource_of_a_template_may_be_made(heading: str, template: str) -> None:
    kinds = set(re.findall(r"Type: AWS::(\w+)::", (ROOT / template).read_text()))

    allowed = {action.partition(":")[0] for action in actions(heading)}
    assert kinds
    assert {TYPES[kind] for kind in kinds} <= allowed


def test_the_dashboard_may_be_made() -> None:
    """It is called like the stack, and belongs to no region."""
    named = json.dumps(policy("The whole service"))

    assert f'"arn:aws:cloudwatch::*:dashboard/{serverless_yml.SERVICE}-dev"' in named


def test_each_log_group_of_the_template_may_be_made() -> None:
    resources = serverless_yml.load()["resources"]["Resources"].values()
    named = [resource["Properties"]["LogGroupName"].replace(
        "${self:custom.functionPrefix}", "session-api-dev")
        for resource in resources if resource["Type"] == "AWS::Logs::LogGroup"]
    [allowed] = [statement["Resource"] for statement in policy("The whole service")["Statement"]
                 if statement["Action"] == ["logs:*"]]

    assert named and {f"arn:aws:logs:*:*:log-group:{name}{end}"
                      for name in named for end in ("", ":*")} <= set(allowed)


def test_the_secrets_are_those_of_the_template() -> None:
    resources = serverless_yml.load()["resources"]["Resources"]
    secrets = {name for name, resource in resources.items()
               if resource["Type"] == "AWS::SecretsManager::Secret"}

    text = json.dumps(policy("The whole service"))
    assert set(re.findall(r":secret:(\w+)-\*", text)) == secrets
