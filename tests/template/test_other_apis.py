"""examples/rest-api and examples/http-api, as osls packages them for a stage of a team's own."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from scripts.checkout import ROOT
from scripts.serverless_yml import SERVICE
from tests.support.one_osls import OneOsls
from tests.template.conftest import Template, of_type, read

HEADERS = {"authorization", "content-type", "x-koms-clientid", "dpop"}
ORIGIN = "Access-Control-Allow-Origin"


def packaged(osls: OneOsls, example: str, folder: Path) -> Template:
    done = osls("package", "--stage", "prod", "--package", folder,
                folder=ROOT / "examples" / example)
    assert done.returncode == 0, done.stdout + done.stderr
    return read(folder)


@pytest.fixture(scope="module")
def rest(osls: OneOsls, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return packaged(osls, "rest-api", tmp_path_factory.mktemp("rest"))


@pytest.fixture(scope="module")
def http(osls: OneOsls, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return packaged(osls, "http-api", tmp_path_factory.mktemp("http"))


def test_each_asks_the_stage_of_its_own_name_in_its_own_region(rest: Template, http: Template
                                                               ) -> None:
    [of_rest] = of_type(rest, "ApiGateway::Authorizer").values()
    [of_http] = of_type(http, "ApiGatewayV2::Authorizer").values()

    for authorizer in (of_rest, of_http):
        _, parts = authorizer["AuthorizerUri"]["Fn::Join"]
        assert {"Fn::ImportValue": f"{SERVICE}-prod-AuthorizerArn"} in parts
        assert {"Ref": "AWS::Region"} in parts


def test_nobody_keeps_the_logs_of_an_example_for_ever(rest: Template, http: Template) -> None:
    groups = [group for template in (rest, http)
              for group in of_type(template, "Logs::LogGroup").values()]

    assert [group["RetentionInDays"] for group in groups] == [30, 30]


def test_a_rest_api_is_asked_in_its_own_region(rest: Template) -> None:
    [api] = of_type(rest, "ApiGateway::RestApi").values()

    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]


def test_an_http_api_is_throttled(http: Template) -> None:
    [stage] = of_type(http, "ApiGatewayV2::Stage").values()

    assert stage["DefaultRouteSettings"].keys() == {"ThrottlingRateLimit", "ThrottlingBurstLimit"}


def test_a_page_may_call_each_route_of_a_rest_api_and_nobody_is_asked_whether_it_may(
        rest: Template) -> None:
    methods = list(of_type(rest, "ApiGateway::Method").values())
    preflights = {method["ResourceId"]["Ref"]: method for method in methods
                  if method["HttpMethod"] == "OPTIONS"}

    assert preflights.keys() == {method["ResourceId"]["Ref"] for method in methods}
    for preflight in preflights.values():
        [answer] = preflight["Integration"]["IntegrationResponses"]
        allowed = answer["ResponseParameters"][
            "method.response.header.Access-Control-Allow-Headers"]
        assert preflight["AuthorizationType"] == "NONE"
        assert set(allowed.strip("'").lower().split(",")) == HEADERS


def test_a_page_may_read_every_answer_that_the_gateway_of_a_rest_api_gives_by_itself(
        rest: Template) -> None:
    """The deployment waits for these answers, because it is what makes them known."""
    responses = of_type(rest, "ApiGateway::GatewayResponse")
    depends = rest["Resources"]["ApiGatewayMethodMeGet"]["DependsOn"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX"} < {
        response["ResponseType"] for response in responses.values()}
    for name, response in responses.items():
        assert name in depends
        assert response["ResponseParameters"][f"gatewayresponse.header.{ORIGIN}"] == "'*'"


def test_a_page_may_call_an_http_api(http: Template) -> None:
    [api] = of_type(http, "ApiGatewayV2::Api").values()
    cors = api["CorsConfiguration"]

    assert {header.lower() for header in cors["AllowHeaders"]} == HEADERS
    assert (cors["AllowOrigins"], set(cors["AllowMethods"])) == (["*"], {"OPTIONS", "GET"})


@pytest.mark.parametrize(("path", "event"), [
    ("rest-api/rest_reports.py", {"httpMethod": "GET", "resource": "/{proxy+}"}),
    ("rest-api/rest_reports.py", {"httpMethod": "GET", "resource": "/reports/{id}"}),
    ("rest-api/rest_reports.py", {"httpMethod": "DELETE", "resource": "/me"}),
    ("http-api/http_reports.py", {"routeKey": "ANY /reports"}),
    ("http-api/http_reports.py", {"routeKey": "DELETE /me"}),
    ("http-api/http_reports.py", {"routeKey": "$default"})])
def test_a_route_that_nobody_has_thought_of_is_open_to_nobody(path: str, event: dict[str, Any]
                                                              ) -> None:
    """Whoever copies an example adds routes before they add roles."""
    caller = {"user_id": "ada", "client_id": "web-app", "acr": "aal1", "roles": "reports"}
    handler = runpy.run_path(str(ROOT / "examples" / path))["handler"]

    answer = handler(event | {"requestContext": {"authorizer": caller | {"lambda": caller}}}, None)

    assert answer["statusCode"] == 403
