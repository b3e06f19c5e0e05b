"""Fixtures of the routes that come after sign-up and sign-in."""

import pytest

from shared.wiring.services import Services
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Courier, Outbox, with_mail
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def mailing(cloud: Cloud, clock: Clock, outbox: Outbox) -> Services:
    """Services of a stage that sends mail."""
    return with_mail(cloud.services(clock, **MAIL), outbox)


@pytest.fixture
def courier(mailing: Services) -> Courier:
    """The queue of the errands of `mailing`."""
    queue = mailing.errand_queue
    assert isinstance(queue, Courier)
    return queue


@pytest.fixture
def owner(mailing: Services) -> Owner:
    """Ada has signed up; she is not signed in."""
    owner = Owner(mailing)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def phone(owner: Owner) -> Pair:
    """Ada has signed in on her phone: its tokens."""
    return owner.sign_in().pair


@pytest.fixture
def laptop(owner: Owner, phone: Pair, clock: Clock) -> Pair:
    """A minute later she has signed in on her laptop too: its tokens."""
    clock.advance(60)
    return owner.sign_in().pair


@pytest.fixture
def careful(mailing: Services) -> FactorOwner:
    """Ada has signed up; she is not signed in, and has no second factor yet."""
    owner = FactorOwner(mailing)
    assert owner.sign_up().status == 201
    return owner


@pytest.fixture
def signed_in(careful: FactorOwner) -> Pair:
    """She has signed in: the tokens."""
    return careful.sign_in().pair


@pytest.fixture
def enrolled(careful: FactorOwner, signed_in: Pair, clock: Clock) -> Enrolled:
    """She has turned an app on in that session, a minute ago."""
    enrolled = careful.enrol(signed_in.access_token)
    clock.advance(60)
    return enrolled


@pytest.fixture
def between(owner: Owner) -> Pair:
    """Ada has three sessions: the tokens of the one whose id is between those of the others."""
    pairs = [owner.sign_in().pair for _ in range(3)]
    return sorted(pairs, key=lambda pair: session_id(owner, pair))[1]


@pytest.fixture
def left_after_each_deletion(wire: Wire, cloud: Cloud) -> list[list[str]]:
    """The ids of the sessions that there still were, after each deletion."""
    left: list[list[str]] = []

    def look() -> None:
        left.append([session["SessionId"] for session in cloud.items("sessions")])

    for operation in ("BatchWriteItem", "DeleteItem"):
        wire.after(operation, *[look] * 9)
    return left


@pytest.fixture
def strict(cloud: Cloud, clock: Clock, outbox: Outbox) -> Owner:
    """An application of a stage that requires a verified address; nobody has signed up."""
    services = cloud.services(clock, require_verified_email=True, **MAIL)
    return Owner(with_mail(services, outbox))


def session_id(owner: Owner, pair: Pair) -> str:
    return str(owner.authorize(pair.access_token)["context"]["session_id"])
