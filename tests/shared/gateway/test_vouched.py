"""An endpoint answers just what its authorizer vouched for, and neither takes two callers."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.gateway.api_gateway import Reply, endpoint
from shared.gateway.authorizers import lambda_authorizer
from shared.wiring.services import Services
from tests.support.application import Answer, send
from tests.support.clock import NOW
from tests.support.events import (Event, authorizer_event,
                                  http_authorizer_event, proxy_event,
                                  sent_twice)

AuditLines = Callable[[], list[dict[str, Any]]]
BEARER: dict[str, str | int] = {
    "client_id": "web-app", "user_id": "ada", "session_id": "s-1", "access_expires_at": NOW + 1}


def answered(services: Services, event: Event) -> Answer:
    return send(endpoint(lambda _request, _services: Reply(200, {})), event, services)


def test_a_request_that_its_authorizer_vouched_for_is_answered(services: Services) -> None:
    assert answered(services, proxy_event("GET", "/user", principal=BEARER)).status == 200


@pytest.mark.parametrize("expired_at", [NOW, NOW - 1])
def test_a_cached_answer_of_the_authorizer_does_not_outlive_the_token(
        expired_at: int, services: Services) -> None:
    event = proxy_event("GET", "/user", principal=BEARER | {"access_expires_at": expired_at})

    assert answered(services, event).outcome == (401, "unauthorized")


@pytest.mark.parametrize("principal", [BEARER, {"client_id": "web-app"}])
@pytest.mark.parametrize("client_id", ["phone-app", "WEB-APP", "web-app ", ""])
def test_a_request_of_another_client_than_was_vouched_for_is_refused(
        client_id: str, principal: Mapping[str, str | int], services: Services) -> None:
    event = proxy_event("GET", "/user", headers={"x-koms-clientid": client_id},
                        principal=principal)

    assert answered(services, event).outcome == (401, "unauthorized")


TWICE = [("authorization", "Bearer a.b.c"), ("Authorization", "Bearer a.b.c"),
         ("x-koms-clientid", "web-app"), ("X-Koms-ClientId", "web-app")]


@pytest.mark.parametrize(("name", "value"), TWICE)
def test_a_credential_that_was_sent_twice_is_refused(name: str, value: str,
                                                     services: Services) -> None:
    """Whoever reads the first and whoever reads the last would see two callers."""
    event = sent_twice(proxy_event("GET", "/user", principal=BEARER), name, "another", value)

    assert answered(services, event).outcome == (401, "unauthorized")


def test_a_credential_in_two_spellings_is_refused(services: Services) -> None:
    event = proxy_event("GET", "/user", principal=BEARER, headers={
        "x-koms-clientid": "web-app", "X-KOMS-CLIENTID": "web-app"})

    assert answered(services, event).outcome == (401, "unauthorized")


@pytest.mark.parametrize(("name", "value"), TWICE)
def test_an_authorizer_refuses_a_credential_that_was_sent_twice(
        name: str, value: str, services: Services, audit_lines: AuditLines) -> None:
    event = sent_twice(authorizer_event("GET", "/user"), name, "another", value)

    with pytest.raises(Exception, match="^Unauthorized$"):
        lambda_authorizer(lambda _request, _services: BEARER)(event, None, services)

    [line] = audit_lines()
    assert (line["status"], line["event"]) == (401, "authz_fail")


@pytest.mark.parametrize(("name", "value"), TWICE)
def test_an_authorizer_of_an_http_api_refuses_it_too(name: str, value: str,
                                                     services: Services) -> None:
    """An HTTP API joins the values of a header by commas."""
    event = http_authorizer_event("GET", "/user", headers={name: f"another,{value}"})

    answer = lambda_authorizer(lambda _request, _services: BEARER)(event, None, services)

    assert answer == {"isAuthorized": False}


def test_an_open_route_asks_for_no_credential(services: Services) -> None:
    event = sent_twice(proxy_event("GET", "/ping"), "Authorization", "one", "another")

    assert answered(services, event).status == 200
