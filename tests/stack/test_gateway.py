"""What API Gateway and the functions answer to anybody: routes, headers, CORS, refusals."""

import json
from collections.abc import Iterator

import pytest

from scripts import serverless_yml
from scripts.local.stack import API_ID, LocalStack
from tests.stack.http_api import Api, HttpAnswer
from tests.stack.member import Member

ROUTES = list(serverless_yml.routes(serverless_yml.load()))
PATHS = sorted({route.path for route in ROUTES})
GUARDED = [route for route in ROUTES if route.authorizer]


def assert_headers(answer: HttpAnswer) -> None:
    """Every answer has these, whoever gave it."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "Date,Retry-After,WWW-Authenticate"


def test_ping_answers_anybody(api: Api) -> None:
    answer = api.send("GET", "/ping", headers={"x-koms-clientid": None})

    assert (answer.status, answer.json) == (200, {"message": "pong"})
    assert answer.headers["cache-control"] == "no-store"
    assert_headers(answer)


def test_the_jwk_set_may_be_cached(api: Api) -> None:
    answer = api.send("GET", "/.well-known/jwks.json", headers={"x-koms-clientid": None})

    assert answer.headers["cache-control"] == "public, max-age=300"
    assert_headers(answer)
    assert {key["kty"] for key in answer.json["keys"]} == {"EC"}


@pytest.mark.parametrize("path", ["/ping", "/.well-known/jwks.json"])
def test_a_head_is_answered_like_a_get_without_a_body(api: Api, path: str) -> None:
    got, head = (api.send(method, path, headers={"x-koms-clientid": None})
                 for method in ("GET", "HEAD"))

    assert (head.status, head.text) == (200, "")
    assert head.headers["cache-control"] == got.headers["cache-control"]
    assert_headers(head)


@pytest.mark.parametrize("path", ["", "/", "/users", "/ping/pong", "/user/x", "/user/password/x",
                                  "/sessions/1/x", "/.well-known", "/.well-known/openid",
                                  "/user/%7Bproxy+%7D", "//a//b/"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("token", [None, "x"], ids=["bare", "signed in"])
def test_an_unknown_route_is_404(api: Api, path: str, method: str, token: str | None) -> None:
    """A function says so. What API Gateway says by itself depends on the header."""
    answer = api.send(method, path, token=token)

    assert answer.error == (404, "not_found")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Origin"
    assert_headers(answer)


@pytest.mark.parametrize("path", ["/ping/", "//ping"])
def test_a_slash_too_many_is_404_or_nothing(api: Api, path: str) -> None:
    """AWS does not say which; it must not be an answer of the gateway's own."""
    answer = api.send("GET", path, headers={"x-koms-clientid": None})

    assert answer.status in (200, 404)
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_path_does_not_have_is_405(api: Api, path: str) -> None:
    answer = api.send("PATCH", path.format(id="x", file="x"), {}, headers={"x-koms-clientid": None})

    assert answer.error == (405, "method_not_allowed")
    assert answer.headers["allow"] == ", ".join(
        sorted(route.method.upper() for route in ROUTES if route.path == path))
    assert_headers(answer)


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_may_send_our_headers(api: Api, path: str) -> None:
    answer = api.send("OPTIONS", path.format(id="x", file="x"), headers={
        "x-koms-clientid": None, "Origin": "https://app.example.org",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,dpop,x-koms-clientid"})

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["access-control-allow-headers"].split(",") == [
        "content-type", "authorization", "x-koms-clientid", "dpop"]
    assert set(answer.headers["access-control-allow-methods"].split(",")) == {
        route.method.upper() for route in ROUTES if route.path == path}
    assert_headers(answer)


@pytest.mark.parametrize("client_id", [None, "stranger"])
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.function)
def test_only_registered_clients_get_in(api: Api, visitor: Member, route: serverless_yml.Route,
                                        client_id: str | None) -> None:
    answer = api.send(route.method.upper(), route.path.format(id="x"), {}, visitor.access_token,
                      {"x-koms-clientid": client_id})

    assert answer.error == (401, "unauthorized")
    assert answer.headers["cache-control"] == "no-store"
    assert_headers(answer)


@pytest.mark.parametrize("client_id", ["", "x" * 65, "test-app ,test-app", "é"])
def test_an_id_that_no_client_can_have_is_refused(api: Api, client_id: str) -> None:
    answer = api.send("POST", "/user", {}, headers={"x-koms-clientid": client_id})

    assert answer.error == (401, "unauthorized")


@pytest.mark.parametrize("route", [route for route in GUARDED if route.authorizer == "authorizer"],
                         ids=lambda route: route.function)
def test_only_an_access_token_gets_to_a_persons_routes(
        api: Api, visitor: Member, route: serverless_yml.Route) -> None:
    for header in (None, f"Bearer {visitor.refresh_token}"):
        answer = api.send(route.method.upper(), route.path.format(id="x"), {},
                          headers={"Authorization": header})

        assert answer.error == (401, "unauthorized")
        assert_headers(answer)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "é", "{}{}"])
def test_a_malformed_authorization_is_refused(api: Api, visitor: Member, header: str) -> None:
    answer = api.send("GET", "/user",
                      headers={"Authorization": header.replace("{}", visitor.access_token)})

    assert answer.error == (401, "unauthorized")


@pytest.mark.parametrize(("password", "outcome"), [
    (b"\xff", (400, "invalid_request")), (b"\\ufffd", (401, "bad_credentials"))])
def test_a_body_that_is_not_utf_8_is_refused_though_the_gateway_mends_it(
        api: Api, password: bytes, outcome: tuple[int, str]) -> None:
    body = b'{"account_type": "traditional", "email": "nobody@example.org", "password": "%s"}'

    answer = api.send("POST", "/session", body % password,
                      headers={"Content-Type": "application/json"})

    assert answer.error == outcome


@pytest.fixture
def without_clients(stack: LocalStack) -> Iterator[None]:
    """The store does not answer clientIdAuthorizer, whose role may not read it any more."""
    iam = stack.emulator.client("iam")
    role = next(role["RoleName"] for role in iam.list_roles()["Roles"]
                if "ClientIdAuthorizerRole" in role["RoleName"])
    policy = iam.get_role_policy(RoleName=role, PolicyName="clientIdAuthorizer")
    iam.delete_role_policy(RoleName=role, PolicyName="clientIdAuthorizer")
    yield
    iam.put_role_policy(RoleName=role, PolicyName="clientIdAuthorizer",
                        PolicyDocument=json.dumps(policy["PolicyDocument"]))


def test_an_authorizer_that_cannot_tell_lets_nobody_in(api: Api, without_clients: None) -> None:
    answer = api.send("POST", "/user", {}, headers={"x-koms-clientid": "asked-while-down"})

    assert answer.error == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert_headers(answer)


@pytest.fixture
def throttled(stack: LocalStack) -> Iterator[None]:
    """The stage lets nothing through."""
    gateway = stack.emulator.client("apigateway")

    def limit(rate: str, burst: str) -> None:
        gateway.update_stage(restApiId=API_ID, stageName=stack.stage, patchOperations=[
            {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": rate},
            {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": burst}])

    limit("0", "0")
    yield
    limit("10000", "5000")


def test_too_many_requests_are_429(api: Api, throttled: None) -> None:
    answer = api.send("GET", "/ping")

    assert answer.error == (429, "throttled")
    assert answer.headers["retry-after"] == "1"
    assert_headers(answer)
