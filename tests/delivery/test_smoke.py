"""A smoke check fails when the answer is wrong, whatever its status."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scripts import package
from scripts.checkout import Refused
from scripts.delivery import whole_service
from scripts.smoke import api as http
from scripts.smoke.api import UNKNOWN_ID, Api, Wrong
from scripts.smoke.checks import checks, refusals, smoke
from shared.sessions.user_sessions import SESSION_ID

Answers = Mapping[str, tuple[int, object]]


@contextmanager
def service(answers: Answers, otherwise: tuple[int, object]) -> Iterator[Api]:
    """Serve these answers, by method and path, and `otherwise` to anything else."""
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status, body = answers.get(f"{self.command} {self.path}", otherwise)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Api(f"http://127.0.0.1:{server.server_port}", "pipeline")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_function_has_a_check() -> None:
    assert set(checks()) == set(whole_service.functions()), "write one in scripts/smoke/"


def test_a_function_without_a_check_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "functions", lambda: {"getThing": "lambda_functions.get_thing"})

    with pytest.raises(Refused, match="getThing has no smoke check: write get_thing in"):
        smoke("getThing", Api("http://127.0.0.1:1", "pipeline"))


def test_the_session_that_is_not_there_is_looked_for() -> None:
    """An id of another form answers the same 404 without a request to the store."""
    assert SESSION_ID.fullmatch(UNKNOWN_ID)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSE_SECONDS", 0.0)


@pytest.mark.parametrize("function", checks())
@pytest.mark.parametrize("otherwise", [
    (200, {}), (200, {"message": "ok"}), (401, {"name": "not ours"}), (500, {}), (204, None)])
def test_a_service_that_always_says_the_same_passes_no_check(
        function: str, otherwise: tuple[int, object]) -> None:
    with service({}, otherwise) as api, pytest.raises(Wrong):
        smoke(function, api)


@pytest.mark.parametrize("function", sorted(refusals()))
def test_a_service_that_lets_everybody_in_passes_no_check_of_refusals(function: str) -> None:
    with service({}, (200, {"name": "unauthorized"})) as api, pytest.raises(Wrong):
        smoke(function, api, can_sign_up=False)


def test_pong_passes_and_pang_does_not() -> None:
    with service({"GET /ping": (200, {"message": "pong"})}, (404, {})) as api:
        assert smoke("ping", api) == "answers as it should"
    with service({"GET /ping": (200, {"message": "pang"})}, (404, {})) as api, \
            pytest.raises(Wrong, match="pang"):
        smoke("ping", api)


def test_an_unknown_path_that_signs_its_caller_out_fails() -> None:
    with service({}, (401, {"name": "unauthorized"})) as api, \
            pytest.raises(Wrong, match="GET /no-such-route"):
        smoke("preflight", api)


@pytest.mark.parametrize("key", [
    {"kty": "RSA", "kid": "1"},
    {"kty": "EC", "crv": "P-256", "alg": "ES256"},
    {"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "1", "d": "private"},
])
def test_a_key_that_is_not_a_public_p256_key_fails(key: dict[str, str]) -> None:
    with service({"GET /.well-known/jwks.json": (200, {"keys": [key]})}, (404, {})) as api, \
            pytest.raises(Wrong, match="P-256"):
        smoke("getJwks", api)


def test_where_addresses_must_be_verified_the_advice_is_to_check_refusals() -> None:
    answers = {"POST /user": (202, {"message": "check your mail to continue"}),
               "GET /user": (401, {"name": "unauthorized", "message": "not authorized"})}
    with service(answers, (404, {})) as api:
        with pytest.raises(Wrong, match="SMOKE_SIGN_UP=no"):
            smoke("getUser", api)
        assert "was not tried" in smoke("getUser", api, can_sign_up=False)


@pytest.mark.parametrize("function", whole_service.functions())
def test_where_nobody_can_sign_up_no_function_needs_somebody(function: str) -> None:
    """Its check signs nobody up, or it has a refusal, written or made from its route."""
    answers = {"POST /user": (202, {"message": "check your mail to continue"})}
    with service(answers, (404, {})) as api, pytest.raises(Wrong, match="should answer"):
        smoke(function, api, can_sign_up=False)


class Counted(dict[str, tuple[int, object]]):
    """Answers that note what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.append(key)
        return super().get(key, default)


@pytest.mark.parametrize(("name", "times"), [("unavailable", 3), ("mail_not_configured", 1)])
def test_only_what_may_pass_is_asked_again(name: str, times: int) -> None:
    """What a stage without mail says does not change in a second."""
    answers = Counted()
    with service(answers, (503, {"name": name})) as api:
        api.call("POST", "/user/password-reset", {})

    assert len(answers.asked) == times


def test_nobody_there_fails() -> None:
    with pytest.raises(Wrong, match="cannot be reached"):
        smoke("ping", Api("http://127.0.0.1:1", "pipeline"))
