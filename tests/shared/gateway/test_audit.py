"""One JSON line an invocation: what happened, to whom, and never with what."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from shared import errors
from shared.gateway import audit
from shared.gateway.requests import Request
from tests.support.events import LambdaContext, proxy_event

AuditLines = Callable[[], list[dict[str, Any]]]
CONTEXT = LambdaContext("session-api-test-createSession")


@pytest.fixture
def request_of_ada() -> Request:
    return Request(proxy_event("POST", "/session", principal={"client_id": "web-app"},
                               headers={"Authorization": "Bearer s3cr3t"},
                               body={"email": "ada@x.org", "password": "hunter2"}))


def lines_of(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def test_a_success_tells_who_and_what(request_of_ada: Request, audit_lines: AuditLines) -> None:
    request_of_ada.record("authn_login_success", user_id="u-1", session_id="s-1")

    audit.write(request_of_ada, CONTEXT, 201, None)

    [line] = audit_lines()
    assert line.pop("timestamp")
    assert line == {
        "level": "INFO", "event": "authn_login_success",
        "function": "session-api-test-createSession",
        "request_id": "5f1d9b4c-9a52-4f0e-8d5e-1c0ffee00001", "status": 201,
        "client_id": "web-app", "user_id": "u-1", "session_id": "s-1"}


def test_a_line_says_when_so_that_lambda_believes_its_level(request_of_ada: Request,
                                                            audit_lines: AuditLines) -> None:
    """Lambda takes a line without a valid RFC 3339 time for one of the level INFO."""
    before = datetime.now(timezone.utc)
    audit.write(request_of_ada, CONTEXT, 401, errors.BadCredentials())

    [line] = audit_lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["timestamp"])
    written = datetime.fromisoformat(line["timestamp"])
    assert timedelta(milliseconds=-1) < written - before < timedelta(seconds=5)


@pytest.mark.parametrize(("error", "status", "event"), [
    (errors.BadCredentials(subject="0a1b"), 401, "authn_login_fail"),
    (errors.TooManyAttempts(subject="0a1b"), 429, "authn_login_lock"),
    (errors.TooManyRequests(), 429, "excess_rate_limit_exceeded"),
    (errors.TokenReused(user_id="u-1"), 401, "authn_token_reuse"),
    (errors.Unauthorized(), 401, "authz_fail"),
    (errors.InvalidRequest(), 400, "input_validation_fail"),
    (errors.UserExists(), 409, "request")])
def test_a_refusal_is_named_in_owasps_vocabulary(
        error: errors.SessionApiError, status: int, event: str, request_of_ada: Request,
        audit_lines: AuditLines) -> None:
    audit.write(request_of_ada, CONTEXT, status, error)

    [line] = audit_lines()
    assert (line["level"], line["event"], line["name"]) == ("WARN", event, error.name)
    assert line.items() >= error.about.items()
    assert not {"exception", "at"} & line.keys(), "a refusal is no defect to be found"


def test_an_unexpected_error_tells_its_type_and_place_and_not_its_text(
        request_of_ada: Request, audit_lines: AuditLines) -> None:
    try:
        json.loads("hunter2")
    except ValueError as error:
        audit.write(request_of_ada, CONTEXT, 500, error)

    [line] = audit_lines()
    assert (line["level"], line["exception"], line["name"]) == (
        "ERROR", "JSONDecodeError", "server_error")
    places = [place.partition(":") for place in line["at"]]
    assert [place for place, _, _ in places] == [
        "test_audit.py", "__init__.py", "decoder.py", "decoder.py"], "from our call to theirs"
    assert lines_of(__file__)[int(places[0][2]) - 1].strip() == 'json.loads("hunter2")'
    assert "hunter2" not in json.dumps(line)


def test_a_store_that_is_down_tells_what_lay_behind(request_of_ada: Request,
                                                    audit_lines: AuditLines) -> None:
    try:
        raise errors.Unavailable from TimeoutError()
    except errors.Unavailable as error:
        audit.write(request_of_ada, CONTEXT, 503, error)

    [line] = audit_lines()
    assert (line["exception"], line["cause"]) == ("Unavailable", "TimeoutError")


def test_a_line_holds_no_secret_of_its_request(request_of_ada: Request,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    audit.write(request_of_ada, CONTEXT, 401, errors.BadCredentials())

    printed = capsys.readouterr().out
    assert not any(secret in printed for secret in ("s3cr3t", "hunter2", "ada@x.org"))


def test_no_name_can_break_out_of_its_line(audit_lines: AuditLines) -> None:
    """A client id is a stranger's text until it was looked up."""
    odd = Request(proxy_event("GET", "/user", principal={"client_id": 'a"}\n{"event": "\ud800'}))

    audit.write(odd, None, 200, None)

    [line] = audit_lines()
    assert line["client_id"] == 'a"}\n{"event": "\ud800'
    assert line["function"] == ""


def test_a_routine_success_has_no_line_at_level_warn(audit_lines: AuditLines) -> None:
    """What has a name in the vocabulary does, and so has every refusal."""
    routine, sign_in = Request({}), Request({})
    sign_in.record("authn_login_success")

    audit.write(routine, CONTEXT, 200, None, "WARN")
    audit.write(sign_in, CONTEXT, 201, None, "WARN")
    audit.write(routine, CONTEXT, 401, errors.Unauthorized(), "WARN")

    assert [line["event"] for line in audit_lines()] == ["authn_login_success", "authz_fail"]
