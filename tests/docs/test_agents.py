"""docs/agents.md: the agents may do what the steps do, and no more where that is a list."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from scripts import serverless_yml
from scripts.checkout import ROOT
from tests.docs.pages import page, sections

# Where IAM's name of an action is not that of the operation.
ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction",
           "apigateway:FlushStageAuthorizersCache": "apigateway:DELETE",
           "apigateway:GetResources": "apigateway:GET",
           "apigateway:CreateDeployment": "apigateway:POST"}
SERVICES = ("lambda", "cloudformation", "apigateway")
# What only the deployment of the whole service calls, of what is written in files of all steps.
OF_THE_WHOLE = {"apigateway:GET", "apigateway:POST"}
STEPS = sorted({path for folder in ("delivery", "smoke")
                for path in (ROOT / "scripts" / folder).glob("*.py")} - {
                    ROOT / "scripts/delivery/network.py"})
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
    """Return the actions of what these files call on a client of AWS, waiters and pages too."""
    session = botocore.session.get_session()
    known: dict[str, str] = {}
    waiters: dict[str, str] = {}
    for service in SERVICES:
        known |= {xform_name(operation): f"{service}:{operation}"
                  for operation in session.get_service_model(service).operation_names}
        if service == "apigateway":
            continue  # It has no waiters.
        for name, waiter in session.get_waiter_model(service)._waiter_config.items():
            waiters[xform_name(name)] = f"{service}:{waiter['operation']}"
    found = {(known | waiters).get(name) for file in files for name in _names(file)}
    return {ACTIONS.get(action, action) for action in found if action}


def _names(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if re.search(r"(client|invoker)(\(.*\))?$", ast.unparse(node.func.value)):
                yield node.func.attr
            if node.func.attr in ("get_waiter", "get_paginator", "_ask"):
                yield from _spelt(node.args[0])


def _spelt(name: ast.expr) -> Iterator[str]:
    """A name that is put together stands for each word that can be in it."""
    if isinstance(name, ast.Constant):
        yield str(name.value)
    else:
        yield from ("stack_create_complete", "stack_update_complete")


def test_a_functions_pipeline_may_do_just_what_its_steps_call() -> None:
    assert actions("The pipelines of the functions") == called(*STEPS) - OF_THE_WHOLE
    assert actions("The whole service") >= OF_THE_WHOLE


def test_the_network_is_changed_by_just_what_is_called() -> None:
    allowed = actions("The network")

    assert {action for action in allowed if action.startswith("cloudformation:")} == called(
        ROOT / "scripts" / "delivery" / "network.py")


@pytest.mark.parametrize(("heading", "template"), [
    ("The whole service", "serverless.yml"), ("The network", "aws-vpc.template")])
def test_each_kind_of_resource_of_a_template_may_be_made(heading: str, template: str) -> None:
    kinds = set(re.findall(r"Type: AWS::(\w+)::", (ROOT / template).read_text()))

    allowed = {action.partition(":")[0] for action in actions(heading)}
    assert kinds
    assert {TYPES[kind] for kind in kinds} <= allowed


def test_the_secrets_are_those_of_the_template() -> None:
    resources = serverless_yml.load()["resources"]["Resources"]
    secrets = {name for name, resource in resources.items()
               if resource["Type"] == "AWS::SecretsManager::Secret"}

    text = json.dumps(policy("The whole service"))
    assert set(re.findall(r":secret:(\w+)-\*", text)) == secrets
