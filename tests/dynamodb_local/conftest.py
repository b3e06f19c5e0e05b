"""A stage on DynamoDB Local, whatever store the other tests run on, by the wall clock."""

import time
from collections.abc import Iterator

import pytest

from tests.dynamodb_local import stage
from tests.dynamodb_local.stage import LocalStage
from tests.support.clock import Clock


@pytest.fixture(scope="session")
def engine(dynamodb_local: str) -> Iterator[LocalStage]:
    """A client of DynamoDB Local, for all tests of this process."""
    client = stage.client(dynamodb_local)
    yield stage.stage(client)
    client.close()


@pytest.fixture
def cloud(engine: LocalStage) -> LocalStage:
    """A stage without anybody in it."""
    engine.build()
    return engine


@pytest.fixture
def clock() -> Clock:
    """The engine hides what has expired by the wall clock, so the tests live close to it."""
    return Clock(int(time.time()))
