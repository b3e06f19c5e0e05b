"""What holds for every function: strict bodies, one log line, no secret in it."""

import importlib
import json
from collections.abc import Callable
from pkgutil import iter_modules
from typing import Any

import pytest

import lambda_functions
from scripts import package, serverless_yml
from shared.wiring.services import Services
from tests.support import routes
from tests.support.application import (EMAIL, PASSWORD, Answer, Application,
                                       Handler, Pair, send)
from tests.support.clock import NOW, Clock
from tests.support.cloud import ORIGIN, PEPPER_SECRET, SIGNING_SECRET
from tests.support.events import proxy_event
from tests.support.hostile_bodies import (MALFORMED, MEDIA_TYPES, NO_TEXT, NOTHING,
                                          TAKES_NOTHING, TOO_LARGE)
from tests.support.wire import Wire

# Every function that takes a body: handler, method, path.
WITH_BODY = [(route.handler, route.method, route.path) for route in routes.with_body()]
PRINCIPAL: dict[str, str | int] = {
    "client_id": "web-app", "user_id": "u-1", "session_id": "s-1", "access_expires_at": NOW + 3600}
COMMON_HEADERS = {
    "Content-Type": "application/json", "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": ORIGIN,
    "Access-Control-Expose-Headers": "Date,Retry-After,WWW-Authenticate", "Vary": "Origin"}

every_body = pytest.mark.parametrize(("handler", "method", "path"), WITH_BODY, ids=lambda value: (
    value if isinstance(value, str) else ""))


def sent(services: Services, handler: Handler, method: str, path: str, body: object,
         media_type: str = "application/json", is_base64: bool = False) -> Answer:
    event = proxy_event(method, path, body=body, principal=PRINCIPAL, is_base64=is_base64, headers={
        "content-type": media_type, "origin": ORIGIN, "authorization": "Bearer a.b.c"})
    answer = send(handler, event, services)
    assert answer.headers.items() >= COMMON_HEADERS.items()
    return answer


@every_body
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_body_of_another_media_type_is_415(handler: Handler, method: str, path: str,
                                             media_type: str, services: Services) -> None:
    answer = sent(services, handler, method, path, {"a": 1}, media_type)

    assert answer.outcome == (415, "unsupported_media_type")


@every_body
@pytest.mark.parametrize("is_base64", [False, True])
def test_a_body_of_nine_kilobytes_is_413(handler: Handler, method: str, path: str,
                                         is_base64: bool, services: Services) -> None:
    answer = sent(services, handler, method, path, TOO_LARGE, is_base64=is_base64)

    assert answer.outcome == (413, "body_too_large")


@pytest.mark.parametrize(("handler", "method", "path", "body"), [
    (*route, body) for route in WITH_BODY for body in (*MALFORMED, NOTHING)
    if body != NOTHING or route[1:] not in TAKES_NOTHING], ids=lambda value: (
        "" if callable(value) else repr(value)[:32].replace("\\", "/")))
def test_a_body_that_is_not_what_was_asked_for_is_400(handler: Handler, method: str, path: str,
                                                      body: str | None,
                                                      services: Services) -> None:
    answer = sent(services, handler, method, path, body)

    assert answer.status == 400
    assert answer.body.keys() <= {"name", "message", "fields"}
    assert all(fault.keys() == {"field", "message"} for fault in answer.body.get("fields", ()))


@every_body
def test_bytes_that_are_no_text_are_400(handler: Handler, method: str, path: str,
                                        services: Services) -> None:
    answer = sent(services, handler, method, path, NO_TEXT, is_base64=True)

    assert answer.outcome == (400, "invalid_request")


@every_body
@pytest.mark.parametrize("key", ["k%04d", "\u0000%04d", "\U0001f600%04d" * 16],
                         ids=["short", "control", "long"])
def test_a_refusal_is_near_the_size_of_the_body(handler: Handler, method: str, path: str,
                                                key: str, services: Services) -> None:
    keys = [key.replace("%04d", f"{number:04d}") for number in range(1500)]
    while len(body := json.dumps(dict.fromkeys(keys, 1), separators=(",", ":"))) > 8000:
        keys.pop()

    answer = sent(services, handler, method, path, body)

    assert answer.outcome == (400, "invalid_request")
    assert len(answer.body["fields"]) == 10
    assert len(answer.text) < len(body)


GUARDED = [route for route in serverless_yml.routes(serverless_yml.load())
           if route.authorizer == "authorizer"]


@pytest.mark.parametrize("change", [
    {"principal": PRINCIPAL | {"access_expires_at": NOW}},
    {"headers": {"x-koms-clientid": "phone-app"}}], ids=["expired", "another client"])
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.function)
def test_no_function_answers_what_the_authorizer_did_not_vouch_for(
        route: serverless_yml.Route, change: dict[str, Any], services: Services,
        wire: Wire) -> None:
    """API Gateway may have the authorizer's answer from its cache."""
    handler = importlib.import_module(package.functions()[route.function]).handler
    event = proxy_event(route.method.upper(), route.path, **{"principal": PRINCIPAL} | change)

    assert send(handler, event, services).outcome == (401, "unauthorized")
    assert wire.sent == []


def test_a_whole_conversation_leaves_one_line_a_request_and_no_secret(
        app: Application, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    secrets = [EMAIL, "lovelace", PASSWORD, "not her password", SIGNING_SECRET, PEPPER_SECRET]

    def remember(pair: Pair) -> Pair:
        # Payload and signature; a header says only which key signed.
        for token in (pair.access_token, pair.refresh_token):
            secrets.extend(token.split(".")[1:])
        return pair

    app.sign_up()
    app.sign_up()
    app.sign_up(EMAIL, "weak")
    app.sign_in(EMAIL, "not her password")
    pair = remember(app.sign_in().pair)
    app.account(pair.access_token)
    clock.advance(3570)
    successor = remember(app.refresh(pair).pair)
    app.session(successor.access_token)
    app.refresh(Pair(pair.access_token, successor.refresh_token))
    app.sign_out(successor.access_token)
    app.refresh(successor)

    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [line["status"] for line in lines] == [
        201, 409, 400, 401, 201, 200, 200, 200, 200, 200, 401, 200, 401]
    assert all({"timestamp", "level", "event", "function", "request_id"} <= line.keys()
               for line in lines)
    assert [secret for secret in secrets if secret in printed] == []


@pytest.mark.parametrize("module", [
    module.name for module in iter_modules(lambda_functions.__path__)
    if not module.name.endswith(("authorizer", "send_mail"))])
def test_every_answer_has_the_headers_of_every_answer(
        module: str, services: Services,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    handler = importlib.import_module(f"lambda_functions.{module}").handler
    event = proxy_event("GET", "/ping", headers={"Origin": ORIGIN},
                        principal=PRINCIPAL)

    headers = send(handler, event, services).headers

    assert headers.items() >= {name: value for name, value in COMMON_HEADERS.items()
                               if name != "Cache-Control"}.items()
    assert headers["Cache-Control"] in ("no-store", "public, max-age=300")
    assert len(audit_lines()) == 1
