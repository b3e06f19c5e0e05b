"""A try of a write that reaches the engine after all, when what it wrote has been undone."""

from collections.abc import Callable
from dataclasses import replace

from botocore.awsrequest import AWSPreparedRequest

from shared.callers import Caller
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD
from tests.dynamodb_local.stage import LocalStage
from tests.support.clock import Clock

WRITES = ("PutItem", "UpdateItem", "TransactWriteItems")


ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0)


def test_a_sign_in_that_arrives_once_more_does_not_bring_its_session_back(
        cloud: LocalStage, clock: Clock) -> None:
    """The SDK sent it twice, and the try that was under way longer comes after the sign-out. Moto
    does not know the token by which DynamoDB tells that it is the same write."""
    services = cloud.services(clock)

    create = written_by(cloud, lambda: services.sign_in.open(
        ADA, BY_PASSWORD, Caller("web-app"), lambda: None))
    services.user_sessions.end_all("ada")
    arrive_again(cloud, create)

    assert cloud.items("sessions") == []


def test_a_role_whose_grant_arrives_once_more_stays_revoked(
        cloud: LocalStage, clock: Clock) -> None:
    users = cloud.services(clock).user_store
    account = Account("ada", ADA.name, clock.now)
    cloud.services(clock).identity_store.create(account, ADA)

    grant = written_by(cloud, lambda: users.set_roles(account, ("analyst",)))
    assert users.set_roles(replace(account, roles=("analyst",)), ())
    arrive_again(cloud, grant)

    assert users.find("ada") == account


def written_by(cloud: LocalStage, act: Callable[[], object]) -> AWSPreparedRequest:
    """Return the one write that this sends."""
    sent: list[AWSPreparedRequest] = []
    events = cloud.dynamodb.meta.events
    events.register("before-send.dynamodb", lambda request, **_: sent.append(request),
                    unique_id="sent")
    try:
        act()
    finally:
        events.unregister("before-send.dynamodb", unique_id="sent")
    [write] = [request for request in sent if operation(request) in WRITES]
    return write


def arrive_again(cloud: LocalStage, write: AWSPreparedRequest) -> None:
    answer = cloud.dynamodb._endpoint.http_session.send(write)
    assert answer.status_code == 200


def operation(request: AWSPreparedRequest) -> str:
    target: str | bytes = request.headers["X-Amz-Target"]
    name = target.decode("ascii") if isinstance(target, bytes) else target
    return name.rpartition(".")[2]
