"""One emulator with stage local deployed, for all the tests of this folder."""

from collections.abc import Iterator

import pytest

from scripts.local.stack import LocalStack
from tests.stack.http_api import Api
from tests.stack.member import Member
from tests.support.local_stage import deployed

CLIENT_ID = "test-app"
DOMAIN = "sessions.session-api.example"
PARAMETERS = {"domainName": DOMAIN,
              "certificateArn": "arn:aws:acm:us-west-2:000000000000:certificate/0a1b2c3d",
              "authorizerForApis": "000000000000"}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with deployed(tmp_path_factory.mktemp("emulator"), CLIENT_ID, PARAMETERS) as stack:
        yield stack


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
