"""What API Gateway calls: the alias `live` of each function, never $LATEST."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from scripts import serverless_yml
from scripts.delivery.functions import ALIAS, LATEST

ROUTES = [event["http"] for function in serverless_yml.load()["functions"].values()
          for event in function.get("events", ())]
Resources = dict[str, Any]
Package = Callable[..., dict[str, Any]]


@pytest.fixture
def resources(template: Package) -> Resources:
    found: Resources = template()["Resources"]
    return found


def of_type(resources: Resources, kind: str) -> list[dict[str, Any]]:
    return [found["Properties"] for found in resources.values() if found["Type"] == kind]


def test_every_function_has_the_alias_and_cloudformation_publishes_no_version(
        resources: Resources) -> None:
    aliases = of_type(resources, "AWS::Lambda::Alias")

    assert len(aliases) == len(of_type(resources, "AWS::Lambda::Function"))
    assert {(found["Name"], found["FunctionVersion"]) for found in aliases} == {(ALIAS, LATEST)}
    assert of_type(resources, "AWS::Lambda::Version") == []


def test_routes_and_authorizers_call_the_alias(resources: Resources) -> None:
    uris = [method["Integration"]["Uri"] for method in
            of_type(resources, "AWS::ApiGateway::Method") if "Uri" in method["Integration"]]
    uris += [found["AuthorizerUri"] for found in
             of_type(resources, "AWS::ApiGateway::Authorizer")]

    assert len(uris) == len(ROUTES) + len({route["authorizer"]["name"] for route in ROUTES
                                           if "authorizer" in route})
    assert all(ALIAS in json.dumps(uri) for uri in uris)


def test_api_gateway_may_call_the_alias_only(resources: Resources) -> None:
    for permission in of_type(resources, "AWS::Lambda::Permission"):
        named = permission["FunctionName"]
        assert named.get("Fn::Join", ["", [None, ALIAS]])[1][1] == ALIAS
        if "Ref" in named:
            assert resources[named["Ref"]]["Type"] == "AWS::Lambda::Alias"


def snap_started(resources: Resources) -> list[str]:
    return [found["Properties"]["FunctionName"] for found in resources.values()
            if found["Type"] == "AWS::Lambda::Function"
            and found["Properties"].get("SnapStart") == {"ApplyOn": "PublishedVersions"}]


def test_snapstart_is_off_unless_the_stage_asks(resources: Resources) -> None:
    assert snap_started(resources) == []


def test_a_stage_asks_for_snapstart_by_function(template: Package) -> None:
    asked = template(network="vpc", snapStart="createSession,getUser")

    assert snap_started(asked["Resources"]) == [
        "session-api-test-getUser", "session-api-test-createSession"]


def test_snapstart_for_a_function_that_is_not_there_is_refused(template: Package) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        template(snapStart="createSessions")

    assert "there is no function createSessions" in f"{refusal.value.stdout}"
