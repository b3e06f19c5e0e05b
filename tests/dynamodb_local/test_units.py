"""What each operation consumes, asked of the engine, is what the page says."""

import time

import pytest

from shared.mail.pace import Pace
from tests.dynamodb_local import units
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.dynamodb_local.meter import Meter
from tests.dynamodb_local.operations import Desk, Operation
from tests.dynamodb_local.stage import LocalStage
from tests.support.account_owner import Outbox
from tests.support.clock import Clock


@pytest.fixture
def desk(cloud: LocalStage, clock: Clock) -> Desk:
    services = cloud.services(clock, mail_sender="hello@session.example.org",
                              mail_link_url="https://app.example.org")
    outbox = Outbox()
    services.mailer, services.pace = outbox, Pace(time.monotonic, lambda seconds: None)
    return Desk(HandlersAlone(services), clock, outbox)


@pytest.fixture(scope="session")
def meter(engine: LocalStage) -> Meter:
    return Meter(engine.dynamodb)


@pytest.mark.parametrize("operation", units.listed(), ids=lambda operation: operation.title)
def test_an_operation_consumes_no_more_and_no_less(
        desk: Desk, meter: Meter, operation: Operation) -> None:
    act = operation.prepare(desk)

    with meter.counting() as consumed:
        act()

    assert (consumed.read, consumed.write) == (operation.read, operation.write)


def test_a_session_costs_the_same_however_many_there_are(desk: Desk, meter: Meter) -> None:
    for number in range(30):
        desk.app.sign_up(f"somebody{number}@example.org")
        desk.app.sign_in(f"somebody{number}@example.org")
    pair = desk.stale()

    with meter.counting() as consumed:
        desk.app.refresh(pair)

    assert (consumed.read, consumed.write, consumed.requests) == (0, 1, 1)
