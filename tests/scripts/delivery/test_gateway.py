"""The API of a stage is found by its stack, and asked as API Gateway documents it."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from scripts.delivery import aws
from scripts.delivery.gateway import Gateway

API = {"restApiId": "abc"}


def client(service: str) -> Any:
    return botocore.session.get_session().create_client(
        service, region_name="us-west-2", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Stubber]]:
    stubs = {service: Stubber(client(service)) for service in ("cloudformation", "apigateway")}
    monkeypatch.setattr(aws, "client", lambda service, _region: stubs[service].client)
    for stub in stubs.values():
        stub.activate()
    yield stubs
    for stub in stubs.values():
        stub.assert_no_pending_responses()


@pytest.fixture
def gateway(stubs: dict[str, Stubber]) -> Gateway:
    stubs["cloudformation"].add_response("describe_stack_resource", {"StackResourceDetail": {
        "LogicalResourceId": "ApiGatewayRestApi", "PhysicalResourceId": "abc",
        "ResourceType": "AWS::ApiGateway::RestApi", "LastUpdatedTimestamp": 0,
        "ResourceStatus": "CREATE_COMPLETE"}}, {
        "StackName": "session-api-dev", "LogicalResourceId": "ApiGatewayRestApi"})
    return Gateway("dev", "us-west-2")


def test_the_cache_of_the_stage_is_emptied(gateway: Gateway, stubs: dict[str, Stubber]) -> None:
    stubs["apigateway"].add_response(
        "flush_stage_authorizers_cache", {}, {**API, "stageName": "dev"})

    assert gateway.forget_callers()


def test_there_may_be_no_cache(gateway: Gateway, stubs: dict[str, Stubber]) -> None:
    stubs["apigateway"].add_client_error("flush_stage_authorizers_cache", "NotFoundException")

    assert not gateway.forget_callers()


def test_a_cache_that_may_not_be_emptied_fails_the_gate(gateway: Gateway,
                                                        stubs: dict[str, Stubber]) -> None:
    stubs["apigateway"].add_client_error("flush_stage_authorizers_cache", "AccessDeniedException")

    with pytest.raises(ClientError):
        gateway.forget_callers()
