"""The API of a stage is found by its stack, and asked as API Gateway documents it."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from scripts.delivery import aws
from scripts.delivery.gateway import Gateway
from scripts.delivery.whole_service import take_down
from tests.scripts.delivery.scripted_lambda import client

API = {"restApiId": "abc"}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Stubber]]:
    clients = {service: Stubber(client(service)) for service in ("cloudformation", "apigateway")}
    monkeypatch.setattr(aws, "client", lambda service, _region: clients[service].client)
    for scripted in clients.values():
        scripted.activate()
    yield clients
    for scripted in clients.values():
        scripted.assert_no_pending_responses()


@pytest.fixture
def gateway(clients: dict[str, Stubber]) -> Gateway:
    clients["cloudformation"].add_response("describe_stack_resource", {"StackResourceDetail": {
        "LogicalResourceId": "ApiGatewayRestApi", "PhysicalResourceId": "abc",
        "ResourceType": "AWS::ApiGateway::RestApi", "LastUpdatedTimestamp": 0,
        "ResourceStatus": "CREATE_COMPLETE"}}, {
        "StackName": "session-api-dev", "LogicalResourceId": "ApiGatewayRestApi"})
    return Gateway("dev", "us-west-2")


def test_the_cache_of_the_stage_is_emptied(gateway: Gateway, clients: dict[str, Stubber]) -> None:
    clients["apigateway"].add_response(
        "flush_stage_authorizers_cache", {}, {**API, "stageName": "dev"})

    assert gateway.forget_callers()


def test_there_may_be_no_cache(gateway: Gateway, clients: dict[str, Stubber]) -> None:
    clients["apigateway"].add_client_error("flush_stage_authorizers_cache", "NotFoundException")

    assert not gateway.forget_callers()


def with_routes(scripted: Stubber, routes: dict[str, list[str]], position: str = "") -> None:
    more = {"position": position} if position else {}
    scripted.add_response("get_resources", {**more, "items": [
        {"path": path, "resourceMethods": {method: {} for method in methods}}
        for path, methods in routes.items()]}, API if position else None)


def test_the_routes_are_on_many_pages(gateway: Gateway, clients: dict[str, Stubber]) -> None:
    with_routes(clients["apigateway"], {"/": [], "/user": ["GET", "POST"]}, position="next")
    with_routes(clients["apigateway"], {"/ping": ["GET"]})

    assert gateway.routes() == {"GET /user", "POST /user", "GET /ping"}


def test_a_stage_that_is_new_has_no_routes(clients: dict[str, Stubber]) -> None:
    clients["cloudformation"].add_client_error("describe_stack_resource", "ValidationError")

    assert Gateway("dev", "us-west-2").routes() == set()


def test_an_api_that_was_taken_back_has_no_routes(gateway: Gateway, clients: dict[str, Stubber]
                                                  ) -> None:
    """After a first deployment that failed, the stack still names its API."""
    clients["apigateway"].add_client_error("get_resources", "NotFoundException")

    assert gateway.routes() == set()


def test_a_route_that_is_gone_is_taken_down(gateway: Gateway, clients: dict[str, Stubber],
                                            capsys: pytest.CaptureFixture[str]) -> None:
    with_routes(clients["apigateway"], {"/ping": ["GET"]})
    clients["apigateway"].add_response("create_deployment", {"id": "d"}, {
        **API, "stageName": "dev", "description": "without POST /ping"})

    take_down({"GET /ping", "POST /ping"}, gateway)

    assert capsys.readouterr().out == "No longer there: POST /ping.\n"


def test_an_api_that_has_lost_no_route_is_not_deployed_again(
        gateway: Gateway, clients: dict[str, Stubber], capsys: pytest.CaptureFixture[str]) -> None:
    with_routes(clients["apigateway"], {"/ping": ["GET"], "/new": ["GET"]})

    take_down({"GET /ping"}, gateway)

    assert capsys.readouterr() == ("", "")


def test_a_route_that_may_still_answer_is_said(gateway: Gateway, clients: dict[str, Stubber],
                                               capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the deployment is good, and goes on."""
    with_routes(clients["apigateway"], {"/ping": ["GET"]})
    clients["apigateway"].add_client_error("create_deployment", "TooManyRequestsException",
                                           http_status_code=429)

    take_down({"POST /ping"}, gateway)

    assert "removed may still answer" in capsys.readouterr().err


def test_a_cache_that_may_not_be_emptied_fails_the_gate(gateway: Gateway,
                                                        clients: dict[str, Stubber]) -> None:
    clients["apigateway"].add_client_error("flush_stage_authorizers_cache", "AccessDeniedException")

    with pytest.raises(ClientError):
        gateway.forget_callers()
