"""APIs of other stacks, as in examples/, learn from our authorizer who calls.

Those of the first fixture ask before every call, and the second has API Gateway repeat an answer.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.role_changes import RoleChanges
from scripts.operating.stage_services import StageServices
from tests.stack.conftest import CLIENT_ID
from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import Member
from tests.stack.other_api import HTTP, REST, Example
from tests.support.possession import Prover

OTHER_CLIENT_ID = "other-app"
CACHE_SECONDS = 2
PAGE = "https://app.example.org"
Deploy = Callable[[Example, int], Api]
# The emulator ignores the CORS of an HTTP API from CloudFormation; tests/template has its shape.
of_rest_alone = pytest.mark.parametrize("example", [REST], ids=["rest-api"], indirect=True)


@pytest.fixture(scope="module")
def deploy(stack: LocalStack, outputs: Mapping[str, str],
           tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """Return what deploys an example. The HTTP API is given the ARN, as in another account."""
    def deploy(example: Example, cache_seconds: int) -> Api:
        arn = outputs["AuthorizerArn"] if example is HTTP else None
        folder = tmp_path_factory.mktemp(example.name) / "service"
        return example.deploy(stack, folder, CLIENT_ID, cache_seconds, arn)

    ensure_clients(StageServices("local", outputs, stack.emulator.client), OTHER_CLIENT_ID)
    return deploy


@pytest.fixture(scope="module", params=[REST, HTTP], ids=lambda example: str(example.name))
def example(request: pytest.FixtureRequest) -> Example:
    assert isinstance(request.param, Example)
    return request.param


@pytest.fixture(scope="module")
def other_api(deploy: Deploy, example: Example) -> Api:
    return deploy(example, 0)


@pytest.fixture
def role_changes(stack: LocalStack, outputs: Mapping[str, str]) -> RoleChanges:
    """What an operator types ends in."""
    services = StageServices("local", outputs, stack.emulator.client)
    return RoleChanges(services.user_store, services.session_store)


def test_an_api_learns_who_calls_and_how_they_signed_in(other_api: Api, ada: Member) -> None:
    answer = other_api.send("GET", "/me", token=ada.access_token)

    assert (answer.status, answer.json) == (200, {
        "user": ada.user_id, "client": CLIENT_ID, "level": "aal1", "roles": []})


def test_a_role_opens_a_route_and_its_loss_shuts_it_at_the_next_call(
        other_api: Api, role_changes: RoleChanges, ada: Member) -> None:
    assert other_api.send("GET", "/reports", token=ada.access_token).error == (403, "forbidden")

    for role in ("auditor", "reports"):
        role_changes.grant(ada.user_id, role)
    read = other_api.send("GET", "/reports", token=ada.access_token)
    role_changes.revoke(ada.user_id, "reports")

    assert (read.status, read.json["roles"]) == (200, ["auditor", "reports"])
    assert other_api.send("GET", "/reports", token=ada.access_token).error == (403, "forbidden")


def test_our_authorizer_asks_the_callers_of_another_api_for_proofs(
        other_api: Api, example: Example, api: Api, ada: Member) -> None:
    prover = Prover()
    signed_in = api.send("POST", "/session", {
        "account_type": "traditional", "email": ada.email, "password": ada.password},
        headers={"DPoP": prover.proof("POST", f"{api.base_url}/session", int(time.time()))})
    token = signed_in.json["access_token"]

    def send(scheme: str, path: str | None) -> HttpAnswer:
        """Ask for /me, with a proof for `path` if there is one."""
        proof = path and prover.proof("GET", other_api.base_url + path, int(time.time()), token)
        return other_api.send("GET", "/me", headers={"Authorization": f"{scheme} {token}",
                                                     "DPoP": proof})

    assert (send("DPoP", "/me").status, send("DPoP", "/me").json["user"]) == (200, ada.user_id)
    assert send("Bearer", "/me").status == send("Bearer", None).status == example.refused
    for refused in (send("DPoP", None), send("DPoP", "/reports")):
        assert refused.status == example.refused
        if example is REST:
            assert refused.error == (401, "invalid_dpop_proof")
            assert refused.headers["www-authenticate"] == (
                'DPoP error="invalid_dpop_proof", algs="ES256"')


def test_nobody_else_is_let_in(other_api: Api, example: Example, visitor: Member) -> None:
    def status(token: str, **headers: str) -> int:
        return other_api.send("GET", "/me", token=token, headers=headers).status

    assert status(visitor.refresh_token) == status("a.b.c") == example.refused
    assert status(visitor.access_token, **{"x-koms-clientid": OTHER_CLIENT_ID}) == example.refused
    assert status(visitor.access_token, **{"x-koms-clientid": "nobody"}) == example.refused


@pytest.mark.parametrize("left_out", ["Authorization", "x-koms-clientid"])
def test_a_caller_without_a_header_is_told_to_sign_in(left_out: str, other_api: Api,
                                                      visitor: Member) -> None:
    answer = other_api.send("GET", "/me", token=visitor.access_token, headers={left_out: None})

    assert answer.status == 401


@of_rest_alone
def test_a_browser_may_send_both_headers(other_api: Api) -> None:
    """It asks without them, which must not count as a caller who has none."""
    answer = other_api.send("OPTIONS", "/me", headers={
        "x-koms-clientid": None, "Origin": PAGE, "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,x-koms-clientid"})

    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert {"authorization", "x-koms-clientid"} <= set(
        answer.headers["access-control-allow-headers"].lower().split(","))


@of_rest_alone
def test_a_page_may_read_what_it_is_answered(other_api: Api, visitor: Member) -> None:
    def readable(path: str, token: str | None) -> tuple[int, str | None]:
        answer = other_api.send("GET", path, token=token, headers={"Origin": PAGE})
        return answer.status, answer.headers.get("access-control-allow-origin")

    assert readable("/me", visitor.access_token) == (200, "*")
    assert readable("/reports", visitor.access_token) == (403, "*")
    assert readable("/me", None) == readable("/me", "a.b.c") == (401, "*")


def test_an_ended_session_is_refused_at_the_very_next_call(other_api: Api, example: Example,
                                                           ada: Member) -> None:
    assert other_api.send("GET", "/me", token=ada.access_token).status == 200

    ada.send("DELETE", "/session")

    assert other_api.send("GET", "/me", token=ada.access_token).status == example.refused


def test_an_answer_that_may_be_repeated_lets_an_ended_session_in_no_longer_than_that(
        deploy: Deploy, example: Example, ada: Member) -> None:
    cached = deploy(example, CACHE_SECONDS)
    assert cached.send("GET", "/me", token=ada.access_token).status == 200
    asked_at = time.monotonic()

    ada.send("DELETE", "/session")
    time.sleep(max(0, asked_at + CACHE_SECONDS - time.monotonic()))

    assert cached.send("GET", "/me", token=ada.access_token).status == example.refused


@contextmanager
def without_table(stack: LocalStack) -> Iterator[None]:
    """The authorizer reads sessions from a table that is not there."""
    functions, name = stack.emulator.client("lambda"), f"{stack.name}-authorizer"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": before | {"SESSIONS_TABLE": "nowhere"}})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name,
                                                Environment={"Variables": before})


def test_a_store_that_is_down_is_not_called_unauthorized(other_api: Api, example: Example,
                                                         stack: LocalStack, ada: Member) -> None:
    with without_table(stack):
        answer = other_api.send("GET", "/me", token=ada.access_token)

    assert answer.status == example.unable
    assert answer.headers.get("retry-after") == ("1" if example is REST else None)
    assert other_api.send("GET", "/me", token=ada.access_token).status == 200
