"""Fixtures of the tests over DynamoDB Local; without it they are skipped, and say why."""

import time
from collections.abc import Iterator

import pytest

from tests.dynamodb_local import program, stage
from tests.dynamodb_local.stage import Stage
from tests.support.clock import Clock


@pytest.fixture(scope="session")
def engine() -> Iterator[Stage]:
    """DynamoDB Local and a client of it, for all tests of this process."""
    try:
        with program.running() as address:
            client = stage.client(address)
            yield stage.stage(client)
            client.close()
    except program.NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture
def cloud(engine: Stage) -> Stage:
    """A stage without anybody in it."""
    engine.build()
    return engine


@pytest.fixture
def clock() -> Clock:
    """The engine hides what has expired by the wall clock, so the tests live close to it."""
    return Clock(int(time.time()))
