"""ANY method that a path does not have."""

import pytest

from lambda_functions import preflight
from lambda_functions.preflight import METHODS
from scripts import serverless_yml
from shared.wiring.services import Services
from tests.support.application import send
from tests.support.clock import Clock
from tests.support.cloud import ORIGIN, Cloud
from tests.support.events import proxy_event
from tests.support.heavy import NOTHING

LOADS = NOTHING
UNKNOWN = ("/", "{proxy+}")


@pytest.mark.parametrize("path", METHODS)
def test_a_browser_app_may_send_what_the_api_needs(path: str, services: Services) -> None:
    event = proxy_event("OPTIONS", path, headers={
        "origin": ORIGIN, "access-control-request-method": METHODS[path][0],
        "access-control-request-headers": "authorization,content-type,dpop,x-koms-clientid"})

    answer = send(preflight.handler, event, services)

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Methods"] == ",".join(METHODS[path])
    assert answer.headers["Allow"] == ", ".join(METHODS[path])
    assert set(answer.headers["Access-Control-Allow-Headers"].split(",")) == {
        "content-type", "authorization", "x-koms-clientid", "dpop"}
    assert answer.headers["Access-Control-Max-Age"] == "7200"


def test_another_origin_may_not(services: Services) -> None:
    event = proxy_event("OPTIONS", "/user", headers={"Origin": "https://evil.example.org"})

    answer = send(preflight.handler, event, services)

    assert answer.status == 204
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_each_of_several_origins_may(cloud: Cloud, clock: Clock) -> None:
    services = cloud.services(clock, allowed_origins=("https://a.org", "https://b.org"))

    answer = send(preflight.handler, proxy_event("OPTIONS", "/user", headers={
        "Origin": "https://b.org"}), services)

    assert answer.headers["Access-Control-Allow-Origin"] == "https://b.org"
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND"])
def test_a_method_that_a_path_does_not_have_is_405(method: str, path: str,
                                                   services: Services) -> None:
    answer = send(preflight.handler, proxy_event(method, path, headers={"Origin": ORIGIN}),
                  services)

    assert answer.outcome == (405, "method_not_allowed")
    assert answer.headers["Allow"] == ", ".join(METHODS[path])
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("resource", ["/", "/{proxy+}"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}], ids=["bare", "signed in"])
def test_a_path_that_is_not_there_is_404(resource: str, method: str, headers: dict[str, str],
                                         services: Services) -> None:
    event = proxy_event(method, resource, headers={"Origin": ORIGIN} | headers)

    answer = send(preflight.handler, event | {"path": "/sessions/1/x"}, services)

    assert answer.outcome == (404, "not_found")
    assert answer.body["message"] == "there is no such route"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_wrong_head_is_405_without_a_body(services: Services) -> None:
    answer = send(preflight.handler, proxy_event("HEAD", "/user"), services)

    assert (answer.status, answer.text) == (405, "")
    assert answer.headers["Allow"] == "DELETE, GET, POST"


def test_what_can_be_read_by_anybody_can_be_asked_about_by_head() -> None:
    """Link checkers and load balancers ask so."""
    open_paths = {path for path, methods in methods_by_path().items() if "HEAD" in methods}

    assert open_paths == {"/ping", "/.well-known/openid-configuration", "/.well-known/jwks.json",
                          "/account", "/account/{file}"}


def methods_by_path() -> dict[str, set[str]]:
    """Return the methods of each path in serverless.yml, ANY for those of preflight, without the
    two that stand for every unknown path."""
    found: dict[str, set[str]] = {}
    for function in serverless_yml.load()["functions"].values():
        for event in function.get("events", ()):
            route = event["http"]
            if route["path"] not in UNKNOWN:
                found.setdefault(f"/{route['path']}", set()).add(route["method"].upper())
    return found


def test_preflight_knows_the_routes() -> None:
    assert {path: methods - {"ANY"} for path, methods in methods_by_path().items()} == {
        path: set(methods) for path, methods in METHODS.items()}


def test_every_path_sends_its_other_methods_to_preflight() -> None:
    without = [path for path, methods in methods_by_path().items() if "ANY" not in methods]

    assert not without, f"serverless.yml: add an any event to preflight for {without}"
