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
from tests.docs.pages import page, sections

PATH = ROOT / "examples" / "jwt-authorizer" / "template.yaml"
TEMPLATE = serverless_yml.load(PATH)
RESOURCES = TEMPLATE["Resources"]
CLAIMS = {"sub": "ada", "client_id": "web-app", "acr": "aal1"}


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items()
            if resource["Type"] == f"AWS::{kind}"}


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


def test_every_method_but_the_preflight_asks_the_authorizer() -> None:
    methods = {method["HttpMethod"]: method for method in of_type("ApiGateway::Method").values()}

    assert methods.pop("OPTIONS")["AuthorizationType"] == "NONE"
    assert {(method["AuthorizationType"], method["AuthorizerId"])
            for method in methods.values()} == {("JWT", "SessionApi")}


def test_a_page_may_send_its_token_and_read_every_answer() -> None:
    [allowed] = [method["Integration"]["IntegrationResponses"][0]["ResponseParameters"]
                 for method in of_type("ApiGateway::Method").values()
                 if method["HttpMethod"] == "OPTIONS"]
    responses = of_type("ApiGateway::GatewayResponse")

    assert {name.rpartition(".")[2]: value for name, value in allowed.items()} == {
        "Access-Control-Allow-Origin": "'*'", "Access-Control-Allow-Methods": "'OPTIONS,GET'",
        "Access-Control-Allow-Headers": "'Authorization,Content-Type'",
        "Access-Control-Max-Age": "'7200'"}
    assert {response["ResponseType"] for response in responses.values()} == {
        "DEFAULT_4XX", "DEFAULT_5XX"}
    for response in responses.values():
        assert response["ResponseParameters"] == {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}


def test_the_deployment_has_all_that_it_makes_known() -> None:
    assert set(RESOURCES["Deployment"]["DependsOn"]) == {
        *of_type("ApiGateway::Method"), *of_type("ApiGateway::GatewayResponse")}


def test_a_client_that_is_taken_out_is_refused_once_the_typed_command_is_done() -> None:
    """A changed authorizer is in force with the next deployment of the API ("Updates to REST APIs
    that require redeployment"), and CloudFormation makes no second one."""
    text = sections(page("docs/protect-your-api.md"))["Let API Gateway verify the token"]
    [(stage, output)] = re.findall(
        r"create-deployment --stage-name (\w+) .*?OutputKey=='(\w+)'", text, re.DOTALL)

    assert RESOURCES["Stage"]["Properties"]["StageName"] == stage
    assert TEMPLATE["Outputs"][output] == {"Value": "Api"}


def test_the_stage_is_throttled_and_its_logs_are_not_kept_for_ever() -> None:
    [everything] = RESOURCES["Stage"]["Properties"]["MethodSettings"]
    [logs] = of_type("Logs::LogGroup").values()

    assert (everything["HttpMethod"], everything["ResourcePath"]) == ("*", "/*")
    assert 0 < everything["ThrottlingRateLimit"] < everything["ThrottlingBurstLimit"]
    assert logs == {"LogGroupName": "/aws/lambda/${Reports}", "RetentionInDays": 30}


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

    assert answer["headers"]["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer["body"]) == {
        "user": "ada", "client": "web-app", "level": "aal1", "roles": roles}
