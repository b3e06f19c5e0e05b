"""What API Gateway gets from an authorizer, for a REST API and for an HTTP API."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from shared import errors
from shared.gateway.authorizers import lambda_authorizer
from shared.gateway.requests import Request
from shared.wiring.services import Services
from tests.support.events import (Event, LambdaContext, authorizer_event,
                                  http_authorizer_event,
                                  old_http_authorizer_event)

AuditLines = Callable[[], list[dict[str, Any]]]
WITH_POLICY = [authorizer_event("GET", "/user"), old_http_authorizer_event("GET", "/user")]
EVERY_KIND = [*WITH_POLICY, http_authorizer_event("GET", "/user")]
REFUSALS = [errors.Unauthorized(), errors.ExpiredToken("expired: 2 >= 1"), errors.SessionEnded()]


def authorized(services: Services, method_arn: str | None = None,
               **principal: str | int) -> dict[str, Any]:
    event = authorizer_event("GET", "/user")
    handler = lambda_authorizer(lambda _request, _services: principal)
    return handler(event | ({"methodArn": method_arn} if method_arn else {}),
                   LambdaContext("authorizer"), services)


def test_an_authorizer_answers_a_policy_for_the_whole_stage(services: Services) -> None:
    """API Gateway caches it, and asks it about every route of the stage."""
    policy = authorized(services, client_id="web-app", user_id="ada", access_expires_at=7)

    assert policy == {
        "principalId": "ada",
        "policyDocument": {"Version": "2012-10-17", "Statement": [{
            "Action": "execute-api:Invoke", "Effect": "Allow",
            "Resource": "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5/dev/*"}]},
        "context": {"client_id": "web-app", "user_id": "ada", "access_expires_at": 7}}


def test_a_client_is_its_own_principal(services: Services) -> None:
    assert authorized(services, client_id="web-app")["principalId"] == "web-app"


@pytest.mark.parametrize(("method_arn", "resource"), [
    ("arn:aws-cn:execute-api:cn-north-1:1:id/prod/DELETE/sessions/a/b",
     "arn:aws-cn:execute-api:cn-north-1:1:id/prod/*"),
    ("arn:aws:execute-api:us-west-2:1:id/dev/GET/", "arn:aws:execute-api:us-west-2:1:id/dev/*"),
    ("arn:aws:execute-api:us-west-2:2:other/$default/PUT/orders/7",
     "arn:aws:execute-api:us-west-2:2:other/$default/*")])
def test_a_policy_never_reaches_beyond_its_stage(method_arn: str, resource: str,
                                                 services: Services) -> None:
    [statement] = authorized(services, method_arn, client_id="w")["policyDocument"]["Statement"]

    assert statement["Resource"] == resource


def test_an_http_api_is_answered_in_one_word_with_the_same_context(services: Services) -> None:
    principal: dict[str, str | int] = {
        "client_id": "web-app", "user_id": "ada", "access_expires_at": 7}
    handler = lambda_authorizer(lambda _request, _services: principal)

    answer = handler(http_authorizer_event("GET", "/user"), None, services)

    assert answer == {"isAuthorized": True, "context": principal}


def failing(error: Exception) -> Callable[..., dict[str, Any]]:
    def fail(_request: Request, _services: Services) -> NoReturn:
        raise error

    return lambda_authorizer(fail)


@pytest.mark.parametrize("error", REFUSALS)
@pytest.mark.parametrize("event", WITH_POLICY)
def test_an_authorizer_refuses_in_the_one_word_that_api_gateway_knows(
        event: Event, error: Exception, services: Services) -> None:
    with pytest.raises(Exception, match="^Unauthorized$"):
        failing(error)(event, None, services)


@pytest.mark.parametrize("error", REFUSALS)
def test_an_http_api_is_refused_as_it_documents(error: Exception, services: Services,
                                                audit_lines: AuditLines) -> None:
    answer = failing(error)(http_authorizer_event("GET", "/user"), None, services)

    assert answer == {"isAuthorized": False}
    [line] = audit_lines()
    assert line["status"] == 401


@pytest.mark.parametrize("error", [errors.Unavailable(), errors.Misconfigured(), KeyError("x")])
@pytest.mark.parametrize("event", EVERY_KIND)
def test_an_authorizer_that_cannot_tell_fails_as_itself(
        event: Event, error: Exception, services: Services, audit_lines: AuditLines) -> None:
    """So that a REST API answers 503, and an HTTP API 500. A refusal would sign people out."""
    with pytest.raises(type(error)):
        failing(error)(event, None, services)

    [line] = audit_lines()
    assert (line["status"], line["request_id"]) == (503, event["requestContext"]["requestId"])


def test_a_refusal_logs_nobody_whom_the_event_claims_to_be(services: Services,
                                                           audit_lines: AuditLines) -> None:
    """A route of another account could ask with an event of its own making."""
    event = http_authorizer_event("GET", "/user")
    event["requestContext"]["authorizer"] = {"client_id": "web-app", "user_id": "victim"}

    failing(errors.Unauthorized())(event, None, services)

    [line] = audit_lines()
    assert not line.keys() & {"client_id", "user_id", "session_id"}


def test_an_event_that_cannot_be_answered_is_not_logged_as_let_in(services: Services,
                                                                  audit_lines: AuditLines) -> None:
    event = {name: value for name, value in authorizer_event("GET", "/user").items()
             if name != "methodArn"}

    with pytest.raises(KeyError):
        lambda_authorizer(lambda _request, _services: {"client_id": "web-app"})(
            event, None, services)

    assert [line for line in audit_lines() if line["status"] == 200] == []
