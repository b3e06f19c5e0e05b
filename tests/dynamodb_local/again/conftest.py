"""The fixtures of the unit tests over DynamoDB Local.

Their clock stands at a fixed date, so nothing is swept here.
"""

from collections.abc import Iterator

import pytest

from tests.dynamodb_local import stage
from tests.dynamodb_local.stage import Stage
from tests.lambda_functions.conftest import (
    laptop, mailing, outbox, owner, pauses, phone, strict)
from tests.support.clock import Clock
from tests.support.wire import Wire

__all__ = ["laptop", "mailing", "outbox", "owner", "pauses", "phone", "strict"]


@pytest.fixture(scope="session")
def wired(engine: Stage) -> Iterator[tuple[Stage, Wire]]:
    """A client whose requests are sent by a hook, between those of a wire: one that goes before
    the request is on its way and one that comes after it was carried out, as with moto."""
    client = stage.client(engine.dynamodb.meta.endpoint_url)
    session = client._endpoint.http_session
    client.meta.events.register("before-send", lambda request, **_: session.send(request))
    yield stage.stage(client), Wire(client)
    client.close()


@pytest.fixture
def cloud(wired: tuple[Stage, Wire], no_waiting: list[float]) -> Stage:
    stage, wire = wired
    stage.build(sweeping=False)
    wire.mend()
    return stage


@pytest.fixture
def wire(wired: tuple[Stage, Wire], cloud: Stage) -> Wire:
    return wired[1]


@pytest.fixture
def clock() -> Clock:
    return Clock()
