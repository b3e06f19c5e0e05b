"""examples/jwt-authorizer: a REST API in which API Gateway verifies our tokens by itself.

The emulator knows no such authorizer, and neither does the cfn-lint that we use. The shape below is
that of "AWS::ApiGateway::Authorizer JwtConfiguration" in CloudFormation's reference.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import serverless_yml
from scripts.checkout import ROOT

PATH = ROOT / "examples" / "jwt-authorizer" / "template.yaml"
TEMPLATE = serverless_yml.load(PATH)
RESOURCES = TEMPLATE["Resources"]
CLAIMS = {"sub": "ada", "client_id": "web-app", "acr": "aal1"}


def test_cfn_lint_finds_only_what_it_does_not_know_yet() -> None:
    done = subprocess.run([Path(sys.executable).with_name("cfn-lint"), "--format", "json", PATH],
                          capture_output=True, text=True, check=False)

    paths = [finding["Location"]["Path"] for finding in json.loads(done.stdout or "[]")]
    assert paths in ([], [["Resources", "SessionApi", "Properties", "JwtConfiguration"]])


def test_api_gateway_verifies_es256_tokens_of_the_issuer_for_the_clients() -> None:
    authorizer = RESOURCES["SessionApi"]["Properties"]

    assert authorizer == {
        "RestApiId": "Api", "Name": "sessionApi", "Type": "JWT",
        "IdentitySource": "method.request.header.Authorization",
        "JwtConfiguration": {"DefaultAlgorithms": ["ES256"],
                             "Issuers": [{"Issuer": "Issuer", "Audiences": "ClientIds"}]}}


def test_every_method_asks_the_authorizer() -> None:
    methods = [resource["Properties"] for resource in RESOURCES.values()
               if resource["Type"] == "AWS::ApiGateway::Method"]

    assert {(method["AuthorizationType"], method["AuthorizerId"]) for method in methods} == {
        ("JWT", "SessionApi")}


@pytest.mark.parametrize(("issuer", "taken"), [
    ("https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/prod", True),
    ("https://sessions.example.org", True), ("https://sessions.example.org/", False),
    ("http://sessions.example.org", False), ("https://sessions.example.org?x", False)])
def test_the_issuer_is_written_as_tokens_have_it(issuer: str, taken: bool) -> None:
    pattern = TEMPLATE["Parameters"]["Issuer"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, issuer)) == taken


@pytest.mark.parametrize(("claims", "roles"), [
    (CLAIMS, []), (CLAIMS | {"roles": ["reports", "auditor"]}, ["reports", "auditor"])])
def test_the_function_says_who_calls(claims: dict[str, object], roles: list[str]) -> None:
    """A Lambda proxy integration gets each claim with its type ("Pass JWT claims to your
    integration" in the guide of API Gateway)."""
    program: dict[str, Any] = {}
    exec(RESOURCES["Reports"]["Properties"]["Code"]["ZipFile"], program)  # it is not in a module

    answer = program["handler"]({"requestContext": {"authorizer": {"claims": claims}}}, None)

    assert json.loads(answer["body"]) == {
        "user": "ada", "client": "web-app", "level": "aal1", "roles": roles}
