"""A smoke check fails when the answer is wrong, whatever its status."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from scripts import serverless_yml
from scripts.checkout import Refused
from scripts.delivery import checking, whole_service
from scripts.delivery.functions import Function
from scripts.smoke import api as http
from scripts.smoke.api import UNKNOWN_ID, Api, Wrong, wait_for_domain
from scripts.smoke.checks import checks, refusals, smoke
from shared.sessions.user_sessions import SESSION_ID

Answers = Mapping[str, tuple[int, object]]
HTML = ('<link rel="icon" href="icon-3.svg"><link href="style-1.css">'
        '<script src="app-2.js"></script>')


class Text(NamedTuple):
    """A body that is no JSON, and what is said of it."""

    text: str
    headers: Mapping[str, str]


@contextmanager
def service(answers: Answers, otherwise: tuple[int, object]) -> Iterator[Api]:
    """Serve these answers, by method and path, and `otherwise` to anything else."""
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status, body = answers.get(f"{self.command} {self.path}", otherwise)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            if isinstance(body, Text):
                content = body.text.encode()
                for name, value in body.headers.items():
                    self.send_header(name, value)
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
    monkeypatch.setattr(serverless_yml, "functions",
                        lambda: {"getThing": "lambda_functions.get_thing"})

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
    (200, {}), (200, []), (201, {"token_type": "Bearer"}), (200, {"message": "ok"}),
    (401, {"name": "not ours"}), (500, {}), (204, None)])
def test_a_service_that_always_says_the_same_passes_no_check(
        function: str, otherwise: tuple[int, object]) -> None:
    with service({}, otherwise) as api, pytest.raises(Wrong):
        smoke(function, api)


@pytest.mark.parametrize("function", sorted(refusals()))
def test_a_service_that_lets_everybody_in_passes_no_check_of_refusals(function: str) -> None:
    with service({}, (200, {"name": "unauthorized"})) as api, pytest.raises(Wrong):
        smoke(function, closed(api))


def test_pong_passes_and_pang_does_not() -> None:
    with service({"GET /ping": (200, {"message": "pong"})}, (404, {})) as api:
        assert smoke("ping", api) == "answers as it should"
    with service({"GET /ping": (200, {"message": "pang"})}, (404, {})) as api, \
            pytest.raises(Wrong, match="pang"):
        smoke("ping", api)


def pages(html: str = HTML, policy: str = "default-src 'none'; script-src 'self'; x",
          style: str = "text/css", kept: str = "public, immutable",
          icon: str = "image/svg+xml") -> Answers:
    return {
        "GET /account/home": (200, Text(html, {
            "content-type": "text/html; charset=utf-8", "content-security-policy": policy})),
        "GET /account/style-1.css": (200, Text("", {"content-type": style, "cache-control": kept})),
        "GET /account/icon-3.svg": (200, Text("<svg/>", {
            "content-type": icon, "cache-control": kept})),
        "GET /account/app-2.js": (200, Text("1", {
            "content-type": "text/javascript", "cache-control": kept}))}


def test_pages_that_load_pass_and_others_do_not() -> None:
    missing = (404, {"name": "not_found"})
    with service(pages(), missing) as api:
        assert smoke("getPage", api) == "answers as it should"
    for wrong in (pages(html="<p>Hello</p>"), pages(html=HTML.replace("app-2", "app-3")),
                  pages(policy="default-src *"), pages(style="text/plain"), pages(kept="no-store"),
                  pages(icon="text/html"), pages(html=HTML.replace("svg", "exe"))):
        with service(wrong, missing) as api, pytest.raises(Wrong, match="/account/"):
            smoke("getPage", api)
    with service(pages(), (200, {})) as api, pytest.raises(Wrong, match="404"):
        smoke("getPage", api)


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


def closed(api: Api, account: tuple[str, str] | None = None) -> Api:
    """The same API where addresses must be verified."""
    return replace(api, signs_up=False, account=account)


def test_where_addresses_must_be_verified_only_refusals_are_checked_and_that_is_said() -> None:
    answers = {"GET /user": (401, {"name": "unauthorized", "message": "not authorized"})}
    with service(answers, (404, {})) as api:
        assert "was not tried" in smoke("getUser", closed(api))


@pytest.mark.parametrize("function", whole_service.functions())
def test_where_nobody_can_sign_up_no_function_needs_somebody(function: str) -> None:
    """Its check signs nobody up, or it has a refusal, written or made from its route."""
    with service({}, (404, {})) as api, pytest.raises(Wrong, match="should answer"):
        smoke(function, closed(api))


@pytest.mark.parametrize("function", whole_service.functions())
def test_where_a_second_factor_is_needed_no_function_needs_somebody(function: str) -> None:
    """Nobody who signs up there could do anything before they have enrolled one."""
    with service({}, (404, {})) as api, pytest.raises(Wrong, match="should answer"):
        smoke(function, replace(api, needs_factor=True))


@pytest.mark.parametrize(("status", "passes"), [(201, True), (409, True), (202, False)])
def test_there_the_same_account_is_signed_up_each_time(status: int, passes: bool) -> None:
    answers = Turns([(400, WEAK), (status, {"name": "user_exists"})])
    with service(answers, (404, {})) as api:
        if passes:
            assert smoke("createUser", replace(api, needs_factor=True)) == "answers as it should"
        else:
            with pytest.raises(Wrong, match="should answer 409"):
                smoke("createUser", replace(api, needs_factor=True))


WEAK = {"name": "weak_password", "fields": [{"field": "password"}]}


@pytest.mark.parametrize(("status", "passes"), [(202, True), (201, False), (409, False)])
def test_sign_up_answers_202_where_addresses_must_be_verified(status: int, passes: bool) -> None:
    """The same for a taken address as for a new one."""
    with service(Turns([(400, WEAK), (status, {})]), (404, {})) as api:
        if passes:
            assert smoke("createUser", closed(api)) == "answers as it should"
        else:
            with pytest.raises(Wrong, match="should answer 202"):
                smoke("createUser", closed(api))


def test_an_account_that_is_lent_is_signed_in_and_out_and_nothing_else() -> None:
    pair = {"access_token": "a", "refresh_token": "r", "token_type": "Bearer"}
    answers = Counted({"POST /session": (201, pair), "DELETE /session": (200, {}),
                       "GET /user": (200, {"email": "ops@example.org"})})
    with service(answers, (404, {})) as api:
        smoke("getUser", closed(api, (" Ops@example.org", "password")))

    assert answers.asked == ["POST /session", "GET /user", "DELETE /session"]


@pytest.mark.parametrize("function", ["changePassword", "deleteUser", "deleteSessions"])
def test_an_account_that_is_lent_is_not_changed(function: str) -> None:
    answers = Counted()
    with service(answers, (401, {"name": "unauthorized"})) as api:
        assert "was not tried" in smoke(function, closed(api, ("ops@example.org", "password")))

    assert len(answers.asked) == 1


@pytest.mark.parametrize(("said", "failed", "passes"), [
    ({"event": "mail_sent"}, False, True), ({"event": "mail_withheld"}, False, False),
    ({"event": "no_mail_due"}, False, False), ({"errorMessage": "mail_not_sent"}, True, False)])
def test_a_mail_must_really_have_been_sent(said: object, failed: bool, passes: bool) -> None:
    """To the account, from a device of its own."""
    sent: list[Any] = []

    def invoke(function: str, event: object) -> tuple[object, bool]:
        sent.append((function, event))
        return said, failed

    pair = {"access_token": "a", "refresh_token": "r", "token_type": "Bearer", "device_token": "d"}
    answers = {"POST /user/password-reset": (202, {}), "POST /session": (201, pair),
               "DELETE /session": (200, {})}
    with service(answers, (404, {})) as api:
        api = replace(closed(api, ("ops@example.org", "password")), invoke=invoke)
        if passes:
            assert smoke("sendMail", api) == "has sent a mail"
        else:
            with pytest.raises(Wrong, match="mail to an account was sent"):
                smoke("sendMail", api)

    assert sent == [("sendMail", {"occasion": "reset_password", "email": "ops@example.org",
                                  "source": "smoke", "device_token": "d"})]


@pytest.mark.parametrize("function", ["sendMail", "requestPasswordReset", "verifyEmail"])
def test_a_stage_that_sends_no_mail_is_said_to(function: str) -> None:
    with service({}, (503, {"name": "mail_not_configured"})) as api:
        assert "sends no mail" in smoke(function, api)


BEGUN = {"ticket": "t", "ticket_expires_in": 300,
         "public_key": {"rpId": "example.org", "challenge": "c" * 43}}


@pytest.mark.parametrize(("answer", "said"), [
    ((200, BEGUN), "answers as it should"),
    ((404, {"name": "passkeys_not_configured"}),
     "answers that this stage has no passkeys (it has no passkeyRpId)")])
def test_a_stage_has_passkeys_or_says_that_it_has_none(answer: tuple[int, object], said: str
                                                       ) -> None:
    with service(Turns([(401, {"name": "invalid_ticket"}), answer]), (404, {})) as api:
        assert smoke("beginPasskeySignIn", api) == said


@pytest.mark.parametrize("public_key", [
    {"challenge": "c" * 43}, {"rpId": "", "challenge": "c" * 43},
    {"rpId": "example.org", "challenge": "c" * 42}, {"rpId": "example.org"}, []])
def test_what_no_browser_could_be_asked_to_do_fails(public_key: object) -> None:
    answers = [(401, {"name": "invalid_ticket"}), (200, BEGUN | {"public_key": public_key})]
    with service(Turns(answers), (404, {})) as api, pytest.raises(Wrong, match="should answer 200"):
        smoke("beginPasskeySignIn", api)


def test_a_passkey_of_nobody_that_signs_in_fails() -> None:
    answers = [(401, {"name": "invalid_ticket"}), (200, BEGUN), (201, {"access_token": "a"})]
    with service(Turns(answers), (404, {})) as api, \
            pytest.raises(Wrong, match="invalid_passkey"):
        smoke("createPasskeySession", api)


class Cache:
    """What API Gateway keeps of its authorizers."""

    def __init__(self, is_there: bool = True) -> None:
        self.emptied, self._is_there = 0, is_there

    def forget_callers(self) -> bool:
        self.emptied += self._is_there
        return self._is_there


@pytest.mark.parametrize(("name", "times"), [
    ("authorizer", 1), ("clientIdAuthorizer", 1), ("ping", 0)])
def test_an_authorizer_is_asked_itself(name: str, times: int,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "smoke", lambda *_: "answers as it should")
    cache: Any = Cache()

    checking.check(Function(name, "dev", "us-west-2"), Api("http://127.0.0.1:1", "p"), cache)

    assert cache.emptied == times


def test_a_cache_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "smoke", lambda *_: "answers as it should")
    cache: Any = Cache(is_there=False)

    assert "no cache here" in checking.check(
        Function("authorizer", "dev", "us-west-2"), Api("http://127.0.0.1:1", "p"), cache)


class Turns(dict[str, tuple[int, object]]):
    """Gives one answer after the other, whatever is asked."""

    def __init__(self, answers: list[tuple[int, object]]) -> None:
        super().__init__()
        self._answers = iter(answers)

    def get(self, key: str, default: Any = None) -> Any:
        return next(self._answers)


class Counted(dict[str, tuple[int, object]]):
    """Answers that note what was asked."""

    def __init__(self, answers: Answers = MappingProxyType({})) -> None:
        super().__init__(answers)
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


def test_a_domain_that_api_gateway_does_not_know_yet_is_waited_for(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DOMAIN_PAUSE_SECONDS", 0)
    forbidden = (403, {"message": "Forbidden"})
    turns = Turns([forbidden, forbidden, (200, {"message": "pong"}), (200, {"message": "last"})])
    with service(turns, forbidden) as api:
        wait_for_domain(api)

        assert api.call("GET", "/ping").body == {"message": "last"}


def test_a_domain_that_does_not_come_is_waited_for_in_vain(monkeypatch: pytest.MonkeyPatch
                                                           ) -> None:
    """The checks say then what is wrong."""
    pauses: list[float] = []
    monkeypatch.setattr(http, "DOMAIN_SECONDS", 0.2)
    monkeypatch.setattr(time, "sleep", pauses.append)

    wait_for_domain(Api("http://127.0.0.1:1", "pipeline"))

    assert set(pauses) == {http.DOMAIN_PAUSE_SECONDS}


@pytest.mark.parametrize(("url", "has_domain"), [
    ("https://sessions.example.org", True),
    ("https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/dev", False)])
def test_a_domain_is_told_from_an_address_of_api_gateway(url: str, has_domain: bool) -> None:
    assert whole_service.has_domain(url) is has_domain


def test_nobody_there_fails() -> None:
    with pytest.raises(Wrong, match="cannot be reached"):
        smoke("ping", Api("http://127.0.0.1:1", "pipeline"))
