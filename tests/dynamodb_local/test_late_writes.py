"""A try of a write that reaches the engine after all, when the session has ended meanwhile."""

from botocore.awsrequest import AWSPreparedRequest

from shared.callers import Caller
from shared.identities import EMAIL_ADDRESS, Identity
from shared.sessions.state import BY_PASSWORD
from tests.dynamodb_local.stage import LocalStage
from tests.support.clock import Clock

CREATES = ("PutItem", "TransactWriteItems")


def test_a_sign_in_that_arrives_once_more_does_not_bring_its_session_back(
        cloud: LocalStage, clock: Clock) -> None:
    """The SDK sent it twice, and the try that was under way longer comes after the sign-out. Moto
    does not know the token by which DynamoDB tells that it is the same write."""
    services = cloud.services(clock)
    sent: list[AWSPreparedRequest] = []
    events = cloud.dynamodb.meta.events
    events.register("before-send.dynamodb", lambda request, **_: sent.append(request),
                    unique_id="sent")
    try:
        ada = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0)
        session, *_ = services.sign_in.open(
            ada, BY_PASSWORD, Caller("web-app"), lambda: None)
    finally:
        events.unregister("before-send.dynamodb", unique_id="sent")
    services.user_sessions.end("ada", session.session_id)

    [create] = [request for request in sent if operation(request) in CREATES]
    answer = cloud.dynamodb._endpoint.http_session.send(create)

    assert answer.status_code == 200
    assert cloud.items("sessions") == []


def operation(request: AWSPreparedRequest) -> str:
    target: str | bytes = request.headers["X-Amz-Target"]
    name = target.decode("ascii") if isinstance(target, bytes) else target
    return name.rpartition(".")[2]
