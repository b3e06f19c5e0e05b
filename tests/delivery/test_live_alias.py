"""What API Gateway calls: the alias `live` of each function, never $LATEST."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.delivery.functions import ALIAS, LATEST
from scripts.distributions import ROOT


def packaged(folder: Path, snap_start: str) -> dict[str, Any]:
    subprocess.run([ROOT / "node_modules/.bin/osls", "package", "--stage", "test",
                    f"--param=snapStart={snap_start}", "--param=target=host",
                    "--package", folder], cwd=ROOT, check=True, capture_output=True, text=True)
    template = json.loads((folder / "cloudformation-template-update-stack.json").read_text())
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return packaged(tmp_path_factory.mktemp("off"), "none")


def of_type(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [found["Properties"] for found in resources.values() if found["Type"] == kind]


def test_every_function_has_the_alias_and_cloudformation_publishes_no_version(
        resources: dict[str, Any]) -> None:
    aliases = of_type(resources, "AWS::Lambda::Alias")

    assert len(aliases) == len(of_type(resources, "AWS::Lambda::Function"))
    assert {(found["Name"], found["FunctionVersion"]) for found in aliases} == {(ALIAS, LATEST)}
    assert of_type(resources, "AWS::Lambda::Version") == []


def test_routes_and_authorizers_call_the_alias(resources: dict[str, Any]) -> None:
    uris = [method["Integration"]["Uri"] for method in
            of_type(resources, "AWS::ApiGateway::Method") if "Uri" in method["Integration"]]
    uris += [found["AuthorizerUri"] for found in
             of_type(resources, "AWS::ApiGateway::Authorizer")]

    assert len(uris) > 20
    assert all(ALIAS in json.dumps(uri) for uri in uris)


def test_api_gateway_may_call_the_alias_only(resources: dict[str, Any]) -> None:
    for permission in of_type(resources, "AWS::Lambda::Permission"):
        named = permission["FunctionName"]
        assert named.get("Fn::Join", ["", [None, ALIAS]])[1][1] == ALIAS
        if "Ref" in named:
            assert resources[named["Ref"]]["Type"] == "AWS::Lambda::Alias"


def snap_started(resources: dict[str, Any]) -> list[str]:
    return [found["Properties"]["FunctionName"] for found in resources.values()
            if found["Type"] == "AWS::Lambda::Function"
            and found["Properties"].get("SnapStart") == {"ApplyOn": "PublishedVersions"}]


def test_snapstart_is_off_unless_the_stage_asks(resources: dict[str, Any]) -> None:
    assert snap_started(resources) == []


def test_a_stage_asks_for_snapstart_by_function(tmp_path: Path) -> None:
    assert snap_started(packaged(tmp_path, "createSession,getUser")) == [
        "session-api-test-getUser", "session-api-test-createSession"]


def test_snapstart_for_a_function_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        packaged(tmp_path, "createSessions")

    assert "there is no function createSessions" in f"{refusal.value.stdout}"
