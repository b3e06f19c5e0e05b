"""One emulator with stage local deployed, for all the tests of this folder."""

from collections.abc import Iterator

import pytest

from scripts.local.emulator import Emulator, free_port
from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_client
from scripts.operating.stage_services import StageServices
from tests.stack.http_api import Api
from tests.stack.member import Member

CLIENT_ID = "test-app"
DOMAIN = "sessions.session-api.example"
# The least that bcrypt takes; and no throttling, but for the test that asks for it.
PARAMETERS = {"domainName": DOMAIN,
              "certificateArn": "arn:aws:acm:us-west-2:000000000000:certificate/0a1b2c3d",
              "authorizerForApis": "000000000000",
              "bcryptCost": "4", "requestsPerSecond": "10000", "requestBurst": "5000",
              "passwordsPerSecond": "10000", "passwordBurst": "5000"}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), free_port())
    emulator.start()
    try:
        stack = LocalStack(emulator, parameters=PARAMETERS)
        stack.deploy()
        ensure_client(StageServices("local", stack.outputs(), emulator.client), CLIENT_ID)
        yield stack
    finally:
        emulator.discard()


@pytest.fixture(scope="session")
def outputs(stack: LocalStack) -> dict[str, str]:
    return stack.outputs()


@pytest.fixture(scope="session")
def api(stack: LocalStack) -> Api:
    return Api(stack.base_url, CLIENT_ID)


@pytest.fixture
def ada(api: Api) -> Member:
    """Somebody new, signed in."""
    person = Member.sign_up(api)
    person.sign_in()
    return person


@pytest.fixture(scope="session")
def visitor(api: Api) -> Member:
    """Somebody signed in, who changes nothing."""
    person = Member.sign_up(api)
    person.sign_in()
    return person
