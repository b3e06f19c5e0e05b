"""The fixtures of all tests that use a store, and which store that is.

`cloud` and all that stands on it are made over moto, or with `--store dynamodb-local` over
AWS's own program. That option runs every test that asks for `cloud`, itself or by another
fixture, so that no test has to be listed to run on both.
"""

import functools
import gc
import json
import os
import pickle
import time
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from moto import mock_aws
from moto.backends import get_backend

from shared.stores import aws_clients
from shared.wiring.services import Services
from tests.dynamodb_local import program, stage
from tests.support import tables, tracing
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.frames import with_room
from tests.support.of_function import is_about_others
from tests.support.wire import Wire

MOTO, DYNAMODB_LOCAL = "moto", "dynamodb-local"

tracing.leave_out_the_sdk()

# The descriptions of the services are a large heap that stays; looking through it for garbage as
# often as Python does by itself is a fifth of the time of a test.
gc.set_threshold(20_000, 50, 100)

# One run is like another, on a laptop and in the pipeline, whatever the load on it.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow])
# With `--hypothesis-profile fuzz`, for minutes and anew each time.
hypothesis.settings.register_profile(
    "fuzz", max_examples=5_000, deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=(MOTO, DYNAMODB_LOCAL), default=MOTO,
                     help="what holds the tables; dynamodb-local runs only tests that use them")
    parser.addoption("--function", default="",
                     help="of tests that are said of every function, run those of this one only")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    pyfuncitem.obj = functools.partial(with_room, pyfuncitem.obj)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    function = config.getoption("function")
    asked = {item: _is_asked_for(item, config.getoption("store"), function) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if not asked[item]])
    items[:] = [item for item in items if asked[item]]


def _is_asked_for(item: pytest.Item, store: str, function: str) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if function and is_about_others(parameters, function):
        return False
    return store == MOTO or "cloud" in getattr(item, "fixturenames", ())


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nothing sleeps; returns the seconds that would have been slept."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture(scope="session")
def dynamodb_local() -> Iterator[str]:
    """The address of DynamoDB Local, for all tests of this process; where it cannot run they
    are skipped, and say why."""
    try:
        with program.running() as address:
            yield address
    except program.NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def is_local(pytestconfig: pytest.Config) -> bool:
    """Whether the tables are in DynamoDB Local."""
    return bool(pytestconfig.getoption("store") == DYNAMODB_LOCAL)


@pytest.fixture(scope="session")
def aws(request: pytest.FixtureRequest, is_local: bool) -> tuple[Cloud, Wire]:
    """The two clients, made once because each costs 100 ms, and the wire they send over.
    Secrets Manager is moto's in both stores."""
    address = request.getfixturevalue("dynamodb_local") if is_local else None
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL")]:
            environment.delenv(name)
        environment.setenv("AWS_DEFAULT_REGION", "us-west-2")
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        # The tests of DynamoDB Local itself have tables that are swept, and make them anew.
        dynamodb = stage.client(address, "AKIATESTS") if address else aws_clients.dynamodb()
        cloud = Cloud(dynamodb, aws_clients.secrets_manager())
    return cloud, Wire(cloud.dynamodb, cloud.secrets_manager)


@pytest.fixture
def wire(aws: tuple[Cloud, Wire], cloud: Cloud) -> Wire:
    return aws[1]


@pytest.fixture(scope="session")
def built(aws: tuple[Cloud, Wire]) -> bytes:
    """What moto holds once a stage is built, pickled: its tables, unless DynamoDB Local has them,
    and its secrets. To copy that takes a fiftieth of the time."""
    with mock_aws():
        aws[0].build()
        return pickle.dumps((_dynamodb().tables, _secrets_manager().secrets))


@pytest.fixture
def cloud(aws: tuple[Cloud, Wire], built: bytes, is_local: bool, no_waiting: list[float]
          ) -> Iterator[Cloud]:
    """A stage without anybody in it; no expired item is swept."""
    cloud, wire = aws
    with mock_aws():
        _dynamodb().tables, _secrets_manager().secrets = pickle.loads(built)
        wire.mend()
        if is_local:
            # Unlike moto, it keeps the items of the test before.
            tables.empty(cloud.dynamodb)
        wire.mend()
        yield cloud


def _dynamodb() -> Any:
    return get_backend("dynamodb")["123456789012"]["us-west-2"]


def _secrets_manager() -> Any:
    return get_backend("secretsmanager")["123456789012"]["us-west-2"]


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
