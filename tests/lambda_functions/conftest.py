"""Fixtures of the routes that come after sign-up and sign-in."""

import time

import pytest

from shared.pace import Pace
from shared.wiring import Services
from tests.support.account_owner import Outbox, Owner
from tests.support.clock import Clock
from tests.support.cloud import Cloud


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that answers were held back for."""
    return []


@pytest.fixture
def mailing(cloud: Cloud, clock: Clock, outbox: Outbox, pauses: list[float]) -> Services:
    """Services of a stage that sends mail."""
    return with_mail(cloud.services(clock, mail_sender="hello@session.example.org",
                                    mail_link_url="https://app.example.org"), outbox, pauses)


@pytest.fixture
def owner(mailing: Services) -> Owner:
    """Ada has signed up; she is not signed in."""
    owner = Owner(mailing)
    assert owner.sign_up().status == 201
    return owner


def with_mail(services: Services, outbox: Outbox, pauses: list[float]) -> Services:
    services.mailer = outbox
    services.pace = Pace(time.monotonic, pauses.append)
    return services
