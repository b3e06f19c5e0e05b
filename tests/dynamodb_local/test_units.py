"""What each operation consumes, asked of the engine, is what the page says."""

import time
from collections import Counter
from pkgutil import iter_modules

import pytest

import lambda_functions
from shared.mail.pace import Pace
from tests.dynamodb_local import units
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.dynamodb_local.meter import Meter
from tests.dynamodb_local.operations import OPERATIONS, Desk, Operation
from tests.dynamodb_local.stage import LocalStage
from tests.support.account_owner import Outbox
from tests.support.clock import Clock

# The rows of each function, counted here as well, so that none can be lost without a failure.
ROWS = {
    "authorizer": 4, "change_password": 1, "client_id_authorizer": 1, "create_session": 7,
    "create_user": 2, "delete_session": 1, "delete_session_by_id": 1, "delete_sessions": 1,
    "delete_user": 1, "export_user": 1, "get_jwks": 1, "get_session": 1, "get_user": 1,
    "list_sessions": 1, "ping": 1, "preflight": 1, "refresh_session": 7,
    "request_email_verification": 1, "request_password_reset": 1, "reset_password": 1,
    "verify_email": 1}


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


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.title)
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


def test_every_function_has_its_rows() -> None:
    listed = Counter(name for operation in OPERATIONS for name in operation.functions)

    assert listed == ROWS
    assert listed.keys() == {module.name for module in iter_modules(lambda_functions.__path__)}


def test_the_page_is_true() -> None:
    assert units.PAGE.read_text(encoding="utf-8") == units.page()
