"""What each operation consumes, asked of the engine, is what the page says."""

import pytest

from tests.dynamodb_local import units
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.dynamodb_local.meter import Meter
from tests.dynamodb_local.operations import Desk, Operation
from tests.dynamodb_local.stage import LocalStage
from tests.support.clock import Clock
from tests.support.mail import MAIL, Courier, Outbox, with_mail


@pytest.fixture
def desk(cloud: LocalStage, clock: Clock) -> Desk:
    services = with_mail(cloud.services(clock, **MAIL), Outbox())
    courier = services.errand_queue
    assert isinstance(courier, Courier)
    # What sendMail consumes is an operation of its own.
    courier.waits = True
    return Desk(HandlersAlone(services), clock, courier)


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


def test_notices_cost_nothing_on_a_stage_without_mail(
        cloud: LocalStage, clock: Clock, desk: Desk, meter: Meter) -> None:
    pair = desk.signed_in()
    desk.app.sign_in()
    silent = HandlersAlone(cloud.services(clock), "silent-app")

    with meter.counting() as consumed:
        silent.end_sessions(pair.access_token)

    assert (consumed.read, consumed.write) == (2, 1)


def test_a_session_costs_the_same_however_many_there_are(desk: Desk, meter: Meter) -> None:
    for number in range(30):
        desk.app.sign_up(f"somebody{number}@example.org")
        desk.app.sign_in(f"somebody{number}@example.org")
    pair = desk.stale()

    with meter.counting() as consumed:
        desk.app.refresh(pair)

    assert (consumed.read, consumed.write, consumed.requests) == (0, 1, 1)
