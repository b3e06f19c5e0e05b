"""A try of a write that reaches the engine after all, when what it wrote has been undone."""

from collections.abc import Callable

from botocore.awsrequest import AWSPreparedRequest

from scripts.operating.role_changes import RoleChanges
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

    [create] = written_by(cloud, lambda: services.sign_in.open(
        ADA, BY_PASSWORD, Caller("web-app"), lambda: None))
    services.user_sessions.end_all("ada")

    assert arrive_again(cloud, create) == 200
    assert cloud.items("sessions") == []


def test_a_role_whose_grant_arrives_once_more_stays_revoked(
        cloud: LocalStage, clock: Clock) -> None:
    """In the account and in the session, each of which has the very roles that the grant found."""
    services = cloud.services(clock)
    users, sessions = services.user_store, services.session_store
    services.identity_store.create(Account("ada", ADA.name, clock.now), ADA)
    services.sign_in.open(ADA, BY_PASSWORD, Caller("web-app"), lambda: None)
    changes = RoleChanges(users, sessions)

    granted = written_by(cloud, lambda: changes.grant("ada", "analyst"))
    changes.revoke("ada", "analyst")
    statuses = [arrive_again(cloud, write) for write in granted]

    assert statuses == [400, 400], "the condition of each has failed"
    account, [session] = users.find("ada"), sessions.every("ada")
    assert account is not None
    assert account.roles == session.roles == ()


def written_by(cloud: LocalStage, act: Callable[[], object]) -> list[AWSPreparedRequest]:
    """Return the writes that this sends."""
    sent: list[AWSPreparedRequest] = []
    events = cloud.dynamodb.meta.events
    events.register("before-send.dynamodb", lambda request, **_: sent.append(request),
                    unique_id="sent")
    try:
        act()
    finally:
        events.unregister("before-send.dynamodb", unique_id="sent")
    return [request for request in sent if operation(request) in WRITES]


def arrive_again(cloud: LocalStage, write: AWSPreparedRequest) -> int:
    """Return the engine's answer."""
    return int(cloud.dynamodb._endpoint.http_session.send(write).status_code)


def operation(request: AWSPreparedRequest) -> str:
    target: str | bytes = request.headers["X-Amz-Target"]
    name = target.decode("ascii") if isinstance(target, bytes) else target
    return name.rpartition(".")[2]
