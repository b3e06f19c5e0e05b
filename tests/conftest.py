"""Fixtures of the unit tests: services over moto, on a clock that a test moves."""

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from moto import mock_aws

from shared.stores import aws_clients
from shared.wiring.services import Services
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

# One run is like another, on a laptop and in the pipeline, whatever the load on it.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("repeatable")


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nothing sleeps; returns the seconds that would have been slept."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture(scope="session")
def aws() -> tuple[Cloud, Wire]:
    """The two clients, made once because each costs 100 ms, and the wire they send over."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
            environment.delenv(name)
        environment.setenv("AWS_DEFAULT_REGION", "us-west-2")
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        cloud = Cloud(aws_clients.dynamodb(), aws_clients.secrets_manager())
    return cloud, Wire(cloud.dynamodb, cloud.secrets_manager)


@pytest.fixture
def wire(aws: tuple[Cloud, Wire], cloud: Cloud) -> Wire:
    return aws[1]


@pytest.fixture
def cloud(aws: tuple[Cloud, Wire], no_waiting: list[float]) -> Iterator[Cloud]:
    cloud, wire = aws
    with mock_aws():
        wire.mend()
        cloud.build()
        wire.mend()
        yield cloud


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(cloud: Cloud, clock: Clock) -> Services:
    return cloud.services(clock)


@pytest.fixture
def app(services: Services) -> Application:
    """A registered client application; nobody has signed up."""
    return Application(services)


@pytest.fixture
def pair(app: Application) -> Pair:
    """Ada has signed up and in: her tokens."""
    assert app.sign_up().status == 201
    return app.sign_in().pair


@pytest.fixture
def audit_lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """Returns the log lines printed since it was last asked."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
