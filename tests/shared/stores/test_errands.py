"""An errand is handed to Lambda, to be done later."""

import json
from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from shared.errors import Unavailable
from shared.mail.errands import Errand, Occasion
from shared.stores import aws_clients
from shared.stores.errands import LambdaErrandQueue
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL

ERRAND = Errand(Occasion.RESET_PASSWORD, "ada@lovelace.example.org", "203.0.113.7")
FUNCTION = "session-api-test-sendMail:live"


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    with Stubber(aws_clients.lambda_functions()) as stub:
        yield stub


def test_an_errand_is_an_asynchronous_invocation_of_the_function(stub: Stubber) -> None:
    stub.add_response("invoke", {"StatusCode": 202}, {
        "FunctionName": FUNCTION, "InvocationType": "Event",
        "Payload": json.dumps({"occasion": "reset_password", "email": ERRAND.email,
                               "source": "203.0.113.7", "device_token": ""}).encode()})

    LambdaErrandQueue(stub.client, FUNCTION).put(ERRAND)

    stub.assert_no_pending_responses()


@pytest.mark.parametrize(("code", "status"), [
    ("TooManyRequestsException", 429), ("ServiceException", 500),
    ("ResourceConflictException", 409), ("SnapStartNotReadyException", 409)])
def test_an_errand_that_lambda_does_not_take_now_is_unavailable(
        code: str, status: int, stub: Stubber) -> None:
    stub.add_client_error("invoke", code, http_status_code=status)

    with pytest.raises(Unavailable):
        LambdaErrandQueue(stub.client, FUNCTION).put(ERRAND)


def test_an_errand_is_read_as_it_was_written() -> None:
    for occasion in Occasion:
        errand = Errand(occasion, "ada+1@xn--caf-dma.example.org", "203.0.113.7", "d")
        assert Errand.parse(json.loads(json.dumps(errand.as_event()))) == errand


def test_a_stage_without_a_sender_has_no_queue(services: Services) -> None:
    assert services.errand_queue is None


def test_a_stage_with_a_sender_has_one(cloud: Cloud, clock: Clock,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")

    assert cloud.services(clock, **MAIL).errand_queue is not None
