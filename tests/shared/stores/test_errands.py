"""An errand is handed to Lambda, to be done later."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from shared.errors import Unavailable
from shared.mail.errands import OCCASIONS, Errand, Occasion
from shared.stores import aws_clients
from shared.stores.errands import LambdaErrandQueue
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL

ERRAND = Errand(Occasion.RESET_PASSWORD, "ada@lovelace.example.org", "203.0.113.7")
FUNCTION = "session-api-test-sendMail:live"


class Lambda:
    """A client whose invocations are answered here: with `status`, and with `error` if there is
    one. `invocations` are the parameters of each."""

    def __init__(self) -> None:
        self.client = aws_clients.lambda_functions()
        self.status, self.error = 202, ""
        self.invocations: list[dict[str, Any]] = []
        events = self.client.meta.events
        events.register("provide-client-params.lambda.Invoke", self._note)
        events.register("before-call.lambda.Invoke", self._answer)

    def _note(self, params: dict[str, Any], **_: object) -> None:
        self.invocations.append(params)

    def _answer(self, **_: object) -> tuple[AWSResponse, dict[str, Any]]:
        metadata = {"HTTPStatusCode": self.status, "RetryAttempts": 0}
        return AWSResponse("", self.status, {}, None), {
            "Error": {"Code": self.error, "Message": ""}, "ResponseMetadata": metadata}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    return Lambda()


def test_an_errand_is_an_asynchronous_invocation_of_the_function(functions: Lambda) -> None:
    LambdaErrandQueue(functions.client, FUNCTION).put(ERRAND)

    [invocation] = functions.invocations
    assert json.loads(invocation.pop("Payload")) == {
        "occasion": "reset_password", "email": ERRAND.email, "source": "203.0.113.7",
        "device_token": ""}
    assert invocation == {"FunctionName": FUNCTION, "InvocationType": "Event"}


@pytest.mark.parametrize(("code", "status"), [
    ("TooManyRequestsException", 429), ("ServiceException", 500),
    ("ResourceConflictException", 409), ("SnapStartNotReadyException", 409)])
def test_an_errand_that_lambda_does_not_take_now_is_unavailable(
        code: str, status: int, functions: Lambda) -> None:
    functions.error, functions.status = code, status

    with pytest.raises(Unavailable):
        LambdaErrandQueue(functions.client, FUNCTION).put(ERRAND)


def test_a_function_that_is_not_there_is_a_defect_of_ours(functions: Lambda) -> None:
    """Trying again does not help, so it is no passing failure."""
    functions.error, functions.status = "ResourceNotFoundException", 404

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        LambdaErrandQueue(functions.client, FUNCTION).put(ERRAND)


def test_an_errand_is_read_as_it_was_written() -> None:
    for occasion in OCCASIONS.values():
        errand = Errand(occasion, "ada+1@xn--caf-dma.example.org", "203.0.113.7", "d")
        assert Errand.parse(json.loads(json.dumps(errand.as_event()))) == errand


def test_a_stage_without_a_sender_has_no_queue(services: Services) -> None:
    assert services.errand_queue is None


def test_a_stage_with_a_sender_has_one(cloud: Cloud, clock: Clock,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")

    assert cloud.services(clock, **MAIL).errand_queue is not None
