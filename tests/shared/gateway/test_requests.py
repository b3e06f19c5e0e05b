"""A request is read strictly, and its caller believed only as far as API Gateway vouches."""

import base64
import json
from typing import Any

import pytest

from shared.callers import Caller
from shared.errors import BodyTooLarge, InvalidRequest, UnsupportedMediaType
from shared.gateway.bodies import Refresh
from shared.gateway.json_bodies import MAX_BODY_BYTES
from shared.gateway.requests import Request
from tests.support.events import authorizer_event, proxy_event

JSON = {"Content-Type": "application/json"}


def request(body: object = None, is_base64: bool = False, **headers: str) -> Request:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(proxy_event("PUT", "/session", headers=JSON | sent, body=body,
                               is_base64=is_base64))


def padded_to(size: int) -> str:
    """Return a good body of exactly so many bytes."""
    return '{"refresh_token": "r"' + " " * (size - 22) + "}"


@pytest.mark.parametrize("name", ["X-Koms-ClientId", "x-koms-clientid", "X-KOMS-CLIENTID"])
def test_a_header_has_any_case(name: str) -> None:
    event = proxy_event("GET", "/user", headers={name: "web-app"})

    assert Request(event).header("x-koms-clientid") == "web-app"
    assert Request(event).header("X-Koms-Clientid") == "web-app"


@pytest.mark.parametrize("headers", [None, {}])
def test_headers_that_were_not_sent_are_empty(headers: dict[str, str] | None) -> None:
    assert Request({"headers": headers}).header("Origin") == ""


def test_a_body_is_read() -> None:
    assert request({"refresh_token": "r"}).body(Refresh).refresh_token == "r"


def test_a_base64_body_is_read() -> None:
    body = request({"refresh_token": "caf\u00e9"}, is_base64=True).body(Refresh)

    assert body.refresh_token == "caf\u00e9"


@pytest.mark.parametrize("media_type", [
    "application/json", "application/json; charset=utf-8", "APPLICATION/JSON;CHARSET=UTF-8",
    'application/json; charset="utf-8"', "application/json;"])
def test_json_in_utf_8_is_the_media_type(media_type: str) -> None:
    sent = request({"refresh_token": "r"}, Content_Type=media_type)

    assert sent.body(Refresh).refresh_token == "r"


@pytest.mark.parametrize("media_type", [
    "", "text/json", "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
    "application/json, text/plain", "application/problem+json", "json",
    "application/json; charset=utf-16", "application/json; boundary=x",
    "multipart/form-data; boundary=application/json"])
def test_any_other_media_type_is_refused(media_type: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        request({"refresh_token": "r"}, Content_Type=media_type).body(Refresh)


def test_a_body_without_a_media_type_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        Request(proxy_event("PUT", "/session", body={"refresh_token": "r"})).body(Refresh)


@pytest.mark.parametrize("is_base64", [False, True])
def test_a_body_of_8192_bytes_is_read(is_base64: bool) -> None:
    sent = request(padded_to(MAX_BODY_BYTES), is_base64)

    assert sent.body(Refresh).refresh_token == "r"


@pytest.mark.parametrize("is_base64", [False, True])
@pytest.mark.parametrize("body", [padded_to(MAX_BODY_BYTES + 1), padded_to(9 * 1024),
                                  "[" * 1_000_000, json.dumps({"refresh_token": "\u00e9" * 4100},
                                                              ensure_ascii=False)],
                         ids=["one more", "9 KB", "bomb", "bytes, not characters"])
def test_a_larger_body_is_refused_unread(body: str, is_base64: bool) -> None:
    with pytest.raises(BodyTooLarge):
        request(body, is_base64).body(Refresh)


@pytest.mark.parametrize("body", [
    None, "", "{", "[]", '{"refresh_token": "r", "refresh_token": "s"}',
    '{"refresh_token": NaN}', '{"refresh_token": "\\ud800"}', "[" * 8000, "9" * 8000,
    '\ufeff{"refresh_token": "r"}', '{"refresh_token": "\udcff"}'],
    ids=lambda body: repr(body)[:30].replace("\\", "/"))
def test_what_is_not_strict_json_is_refused(body: str | None) -> None:
    with pytest.raises(InvalidRequest, match="the body was refused"):
        request(body).body(Refresh)


@pytest.mark.parametrize("octets", [b"\xff\xfe", b'{"refresh_token": "\xc3"}', b"\x00"])
def test_what_is_not_utf_8_is_refused(octets: bytes) -> None:
    with pytest.raises(InvalidRequest, match="the body was refused"):
        request(octets, is_base64=True).body(Refresh)


@pytest.mark.parametrize("is_base64", [False, True])
def test_what_api_gateway_replaced_because_it_was_not_utf_8_is_refused(is_base64: bool) -> None:
    with pytest.raises(InvalidRequest, match="the body was refused: text is not valid Unicode"):
        request('{"refresh_token": "caf\ufffd"}', is_base64).body(Refresh)


@pytest.mark.parametrize("is_base64", [False, True])
def test_the_replacement_character_may_be_written_as_an_escape(is_base64: bool) -> None:
    sent = request('{"refresh_token": "caf\\ufffd"}', is_base64)

    assert sent.body(Refresh).refresh_token == "caf\ufffd"


@pytest.mark.parametrize("text", ["!", "YQ", "YWJj\n====", "caf\u00e9", "\udcff"])
def test_what_is_not_base64_is_refused(text: str) -> None:
    event = proxy_event("PUT", "/session", headers=JSON) | {
        "body": text, "isBase64Encoded": True}

    with pytest.raises(InvalidRequest, match="^the body was refused: it cannot be decoded$"):
        Request(event).body(Refresh)


def test_base64_that_hides_a_good_body_is_read() -> None:
    """API Gateway says which it is; a text that happens to be base64 is not."""
    text = base64.b64encode(b'{"refresh_token": "r"}').decode()

    with pytest.raises(InvalidRequest):
        request(text).body(Refresh)


def test_the_caller_is_whom_the_authorizer_vouched_for() -> None:
    event = proxy_event("GET", "/user", headers={"x-koms-clientid": "forged"}, principal={
        "client_id": "web-app", "user_id": "ada", "session_id": "s-1"})

    caller = Request(event)

    assert (caller.client_id, caller.user_id, caller.session_id) == ("web-app", "ada", "s-1")
    assert caller.about == {"client_id": "web-app", "user_id": "ada", "session_id": "s-1"}


def test_where_a_request_came_from_is_what_api_gateway_saw() -> None:
    event = proxy_event("POST", "/session", principal={"client_id": "web-app"}, headers={
        "X-Forwarded-For": "198.51.100.1", "User-Agent": "forged"})

    assert Request(event).caller == Caller("web-app", "203.0.113.7", "curl/8.10.1")


@pytest.mark.parametrize(("agent", "kept"), [
    (None, ""), ("x" * 300, "x" * 100), ("\u00e9" * 200, "\u00e9" * 50),
    ("a" + "\u00e9" * 200, "a" + "\u00e9" * 49), ("\udcff", "")])
def test_a_device_is_cut_to_what_a_session_can_carry(agent: str | None, kept: str) -> None:
    event = proxy_event("POST", "/session", principal={"client_id": "web-app"})
    event["requestContext"]["identity"]["userAgent"] = agent

    assert Request(event).caller.device == kept


@pytest.mark.parametrize("event", [{}, {"requestContext": None}, {"requestContext": {}}])
def test_an_event_without_a_context_has_no_caller(event: dict[str, Any]) -> None:
    assert Request(event).principal == {}


def test_a_caller_may_come_from_nowhere_known() -> None:
    event = {"requestContext": {"authorizer": {"client_id": "web-app"}}}

    assert Request(event).caller == Caller("web-app", address="", device="")


def test_parameters_are_empty_when_they_were_not_sent() -> None:
    bare = Request(proxy_event("DELETE", "/sessions"))
    full = Request(proxy_event("DELETE", "/sessions") | {
        "pathParameters": {"id": "s-1"}, "queryStringParameters": {"include": "current"}})

    assert bare.path_parameter("id") == bare.query_parameter("include") == ""
    assert full.path_parameter("id") == "s-1"
    assert full.query_parameter("include") == "current"


def test_an_authorizer_knows_the_method_that_it_is_asked_about() -> None:
    asked = Request(authorizer_event("GET", "/session"))

    assert asked.method_arn.endswith("/dev/GET/session")
    assert (asked.method, asked.resource) == ("GET", "/session")
