"""Statuses and headers of every answer."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from shared import errors
from shared.gateway.api_gateway import Reply, endpoint
from shared.gateway.authorizers import lambda_authorizer
from shared.gateway.requests import Request
from shared.wiring.services import Services
from tests.support.application import Answer, send
from tests.support.clock import Clock
from tests.support.cloud import ORIGIN, Cloud
from tests.support.events import LambdaContext, authorizer_event, proxy_event

AuditLines = Callable[[], list[dict[str, Any]]]


def answer(services: Services, error: Exception | None = None,
           headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
    """Return the answer of an endpoint that fails with `error`, or is content."""
    def handle(_request: Request, _services: Services) -> Reply:
        if error is not None:
            raise error
        return Reply(200, {"message": "well"})

    return send(endpoint(handle), proxy_event(method, "/ping", headers=headers), services)


@pytest.mark.parametrize(("error", "status", "body"), [
    (errors.InvalidRequest("the body was refused: not valid JSON"), 400,
     {"name": "invalid_request", "message": "the body was refused: not valid JSON"}),
    (errors.InvalidEmail(fields=[{"field": "email", "message": "must be an email address"}]), 400,
     {"name": "invalid_email", "message": "the email address is not valid",
      "fields": [{"field": "email", "message": "must be an email address"}]}),
    (errors.WeakPassword(fields=[{"field": "password", "message": "too short"}]), 400,
     {"name": "weak_password", "message": "the password is too weak",
      "fields": [{"field": "password", "message": "too short"}]}),
    (errors.UnsupportedAccountType(), 400,
     {"name": "unsupported_account_type", "message": "the account type is not supported"}),
    (errors.ForgedToken("the signature does not verify"), 401,
     {"name": "unauthorized",
      "message": "the client id or the access token is missing or not valid"}),
    (errors.BadCredentials(subject="0a1b"), 401,
     {"name": "bad_credentials", "message": "the email address or the password is wrong"}),
    (errors.TokenReused(user_id="ada"), 401,
     {"name": "session_ended", "message": "the session has ended; sign in again"}),
    (errors.StaleAccessToken(), 401,
     {"name": "stale_access_token",
      "message": "the access token and the refresh token are not of the same pair"}),
    (errors.NotFound(), 404,
     {"name": "not_found", "message": "there is nothing with this id"}),
    (errors.UserExists(), 409,
     {"name": "user_exists", "message": "an account with this email address already exists"}),
    (errors.BodyTooLarge(), 413,
     {"name": "body_too_large", "message": "the body is larger than 8192 bytes"}),
    (errors.UnsupportedMediaType(), 415,
     {"name": "unsupported_media_type", "message": "the body must be application/json in UTF-8"}),
    (errors.Misconfigured("the pepper is gone"), 500,
     {"name": "server_error", "message": "something went wrong on our side"}),
    (ZeroDivisionError("of ada@x.org by 0"), 500,
     {"name": "server_error", "message": "something went wrong on our side"}),
], ids=lambda value: type(value).__name__)
def test_an_error_answers_its_status_and_name(error: Exception, status: int,
                                              body: dict[str, object],
                                              services: Services) -> None:
    refused = answer(services, error)

    assert (refused.status, refused.body) == (status, body)


def test_who_must_wait_is_told_how_long(services: Services) -> None:
    blocked = answer(services, errors.TooManyAttempts(retry_after_seconds=64))
    down = answer(services, errors.Unavailable("lost 5 conditional writes in a row"))

    assert (blocked.status, blocked.headers["Retry-After"]) == (429, "64")
    assert (down.status, down.headers["Retry-After"]) == (503, "1")
    assert down.body["message"] == "the service is unavailable; try again later"


def test_a_wrong_method_is_told_the_right_ones(services: Services) -> None:
    refused = answer(services, errors.MethodNotAllowed(["GET", "POST"]))

    assert (refused.status, refused.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("error", [None, errors.UserExists(), ValueError()])
def test_every_answer_has_the_headers_of_every_answer(error: Exception | None,
                                                      services: Services) -> None:
    headers = answer(services, error).headers

    assert headers.items() >= {
        "Content-Type": "application/json", "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "Date,Retry-After,WWW-Authenticate",
        "Vary": "Origin"}.items()


@pytest.mark.parametrize("error", [None, errors.UserExists(), ValueError()])
def test_an_allowed_origin_may_read_the_answer(error: Exception | None,
                                               services: Services) -> None:
    allowed = answer(services, error, {"origin": ORIGIN}).headers

    assert allowed["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("origin", [
    "https://evil.example.org", "null", "", ORIGIN.upper(), f"{ORIGIN}/", f"{ORIGIN}.evil.org",
    ORIGIN.replace("https", "http"), f"{ORIGIN}, https://evil.example.org",
    f"{ORIGIN}\r\nX-Injected: yes"])
def test_any_other_origin_may_not(origin: str, services: Services) -> None:
    assert "Access-Control-Allow-Origin" not in answer(services, headers={"Origin": origin}).headers


def test_of_several_origins_each_is_told_itself(cloud: Cloud, clock: Clock) -> None:
    """The header takes one origin only."""
    origins = ("https://a.example.org", "https://b.example.org")
    services = cloud.services(clock, allowed_origins=origins)

    for origin in origins:
        told = answer(services, headers={"Origin": origin}).headers
        assert told["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://anywhere.example.org"}])
def test_a_stage_may_be_open_to_every_origin(headers: dict[str, str], cloud: Cloud,
                                             clock: Clock) -> None:
    services = cloud.services(clock, allowed_origins=("*",))

    assert answer(services, headers=headers).headers["Access-Control-Allow-Origin"] == "*"


def test_a_stage_without_origins_is_open_to_none(cloud: Cloud, clock: Clock) -> None:
    services = cloud.services(clock, allowed_origins=())

    for headers in ({}, {"Origin": ""}, {"Origin": ORIGIN}):
        assert "Access-Control-Allow-Origin" not in answer(services, headers=headers).headers


def test_a_reply_without_a_body_is_empty(services: Services) -> None:
    handler = endpoint(lambda _request, _services: Reply(204, None))

    assert send(handler, proxy_event("OPTIONS", "/ping"), services).text == ""


def test_a_reply_may_say_more_of_itself(services: Services) -> None:
    handler = endpoint(lambda _request, _services: Reply(
        200, {}, {"Cache-Control": "public, max-age=300"}))

    headers = send(handler, proxy_event("GET", "/ping"), services).headers

    assert headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("error", [None, errors.UserExists(), ValueError()])
def test_a_head_has_the_answer_of_get_without_its_body(error: Exception | None,
                                                       services: Services) -> None:
    got, head = (answer(services, error, method=method) for method in ("GET", "HEAD"))

    assert (head.status, head.headers, head.text) == (got.status, got.headers, "")


@pytest.mark.parametrize(("error", "written"), [
    (None, {"level": "INFO", "event": "request", "status": 200}),
    (errors.Unauthorized("forged"), {"level": "WARN", "event": "authz_fail", "status": 401,
                                     "name": "unauthorized", "reason": "forged"}),
    (KeyError("x"), {"level": "ERROR", "event": "request", "name": "server_error",
                     "exception": "KeyError"})])
@pytest.mark.parametrize("kind", [endpoint, lambda_authorizer])
def test_each_invocation_writes_one_line_with_its_function_and_outcome(
        kind: Callable[..., Callable[..., object]], error: Exception | None,
        written: dict[str, object], services: Services, audit_lines: AuditLines) -> None:
    def handle(_request: Request, _services: Services) -> object:
        if error is not None:
            raise error
        return Reply(200, {}) if kind is endpoint else {"client_id": "web-app"}

    with suppress(Exception):
        kind(handle)(authorizer_event("GET", "/user"), LambdaContext("theFunction"), services)

    [line] = audit_lines()
    assert line.items() >= (written | {"function": "theFunction"}).items()


@pytest.mark.parametrize("kind", [endpoint, lambda_authorizer])
def test_a_stage_may_leave_out_the_lines_of_routine(
        kind: Callable[..., Callable[..., object]], cloud: Cloud, clock: Clock,
        audit_lines: AuditLines) -> None:
    reply = Reply(200, {}) if kind is endpoint else {"client_id": "web-app"}
    handler = kind(lambda _request, _services: reply)

    handler(authorizer_event("GET", "/user"), None, cloud.services(clock, log_level="WARN"))

    assert audit_lines() == []
