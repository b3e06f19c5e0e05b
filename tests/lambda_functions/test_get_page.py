"""GET /account and /account/{file}"""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from lambda_functions import get_page
from shared.account_pages.files import FOLDER, PAGES
from shared.wiring.services import Services
from tests.support.application import API, Answer, send
from tests.support.clock import Clock
from tests.support.cloud import ORIGIN, Cloud
from tests.support.events import Event, proxy_event
from tests.support.heavy import NOTHING
from tests.support.mail import MAIL
from tests.support.wire import Wire

LOADS = NOTHING
LOGO = "https://cdn.example.org/logo.svg"
OF_ALL = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer", "X-Permitted-Cross-Domain-Policies": "none"}


class Document(HTMLParser):
    """What a browser sees of a page: its language, what it has to load, and its settings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.about: dict[str, str | None] = {}
        self.loads: set[str] = set()
        self.settings: dict[str, Any] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.about = given
        if given.get("name") == "session-api":
            self.settings = json.loads(given["content"] or "")
        self.loads |= {given[name] or "" for name in ("src", "href") if name in given}


def event(name: str | None, method: str = "GET", query: dict[str, str] | None = None,
          **headers: str) -> Event:
    """Return the event of a request for a file; None: of one for /account."""
    asked = proxy_event(method, "/account" if name is None else "/account/{file}",
                        headers=headers)
    if name is not None:
        asked |= {"path": f"/account/{name}", "pathParameters": {"file": name}}
        asked["requestContext"]["path"] = f"/dev/account/{name}"
    if query:
        asked |= {"queryStringParameters": query,
                  "multiValueQueryStringParameters": {key: [query[key]] for key in query}}
    return asked


def asked(services: Services, name: str | None, method: str = "GET",
          query: dict[str, str] | None = None, **headers: str) -> Answer:
    return send(get_page.handler, event(name, method, query, **headers), services)


def language(answer: Answer) -> str:
    """Return the language of a page, which it says twice."""
    assert Document(answer.text).about["lang"] == answer.headers["Content-Language"]
    return answer.headers["Content-Language"]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_is_there(services: Services, wire: Wire, page: str) -> None:
    answer = asked(services, page)

    assert answer.status == 200
    assert answer.text.startswith("<!doctype html>")
    assert wire.sent == []


def test_a_browser_is_held_to_what_the_pages_do(services: Services) -> None:
    headers = dict(asked(services, "home", Origin=ORIGIN).headers)

    permissions = dict(part.split("=") for part in headers.pop("Permissions-Policy").split(", "))
    assert headers == OF_ALL | {
        "Content-Type": "text/html; charset=utf-8", "Content-Language": "en",
        "Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie, Accept-Encoding",
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'",
        "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY"}
    assert {name for name, whose in permissions.items() if whose == "(self)"} == {
        "clipboard-write", "publickey-credentials-create", "publickey-credentials-get"}
    assert {"camera", "geolocation", "microphone", "payment", "usb"} <= {
        name for name, whose in permissions.items() if whose == "()"}


def test_one_logo_of_another_origin_is_shown(cloud: Cloud, clock: Clock) -> None:
    answer = asked(cloud.services(clock, logo_url=LOGO), "home")

    assert f"; img-src 'self' {LOGO}; " in answer.headers["Content-Security-Policy"]
    assert Document(answer.text).settings["logo"] == LOGO


def test_what_a_page_loads_is_there_and_may_be_kept_for_a_year(services: Services) -> None:
    loaded = {name: asked(services, name) for name in Document(asked(services, "home").text).loads}

    types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
             "svg": "image/svg+xml; charset=utf-8"}
    assert {name.rpartition(".")[2] for name in loaded} == types.keys()
    for name, answer in loaded.items():
        assert (answer.status, answer.text) == (200, (FOLDER / name).read_text(encoding="utf-8"))
        assert answer.headers == OF_ALL | {
            "Content-Type": types[name.rpartition(".")[2]], "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}


def test_a_page_loads_nothing_of_another_origin_and_nothing_from_above(services: Services) -> None:
    """So it works under the path of a stage, and at a domain."""
    for tag in ("ar", "de", "en"):
        loads = Document(asked(services, "home", query={"ui_locales": tag}).text).loads

        assert loads and not [name for name in loads if "/" in name or ":" in name]


@pytest.mark.parametrize("name", ["home", None, "nothing", "app.js"])
def test_a_head_is_answered_without_a_body(services: Services, name: str | None) -> None:
    answer, whole = asked(services, name, "HEAD"), asked(services, name)

    assert (answer.status, answer.headers, answer.text) == (whole.status, whole.headers, "")


@pytest.mark.parametrize("name", ["nothing", "Home", "sign-in%2f", "..", "%2e%2e%2fhome", "en",
                                  "home\x00", "\ud800", "<script>", "a" * 5000])
def test_a_page_that_is_not_there_says_so_itself(services: Services, name: str) -> None:
    answer = asked(services, name)

    if "." in name:
        assert answer.outcome == (404, "not_found")
    else:
        assert answer.status == 404
        assert answer.headers == asked(services, "home").headers
        assert answer.text == asked(services, "home").text


@pytest.mark.parametrize("name", [
    "app.js", "page.en.html", "..%2fpackage.json", "../package.json", "../../serverless.yml",
    "..\\package.json", "%2e%2e%2fpackage.json", "/etc/passwd.x", "favicon.ico", ".", "..", ".env",
    "app-00000000.js", "home."])
def test_a_file_that_is_not_there_is_404_as_everywhere(services: Services, name: str) -> None:
    answer = asked(services, name, Origin=ORIGIN)

    assert answer.outcome == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize(("stage", "host", "path", "root"), [
    ("prod", None, "/dev/account", API),
    ("prod", None, "/dev/account/", API),
    ("prod", "accounts.example.org", "/account", "https://accounts.example.org"),
    ("local", None, "/dev/account", API)])
def test_account_leads_to_the_home_of_the_address_that_was_used(
        cloud: Cloud, clock: Clock, stage: str, host: str | None, path: str, root: str) -> None:
    sent = event(None) | {"path": path.removeprefix("/dev")}
    sent["requestContext"] |= {"path": path} | ({"domainName": host} if host else {})

    answer = send(get_page.handler, sent, cloud.services(clock, stage=stage))

    assert (answer.status, answer.text) == (302, "")
    assert answer.headers["Location"] == f"{root}/account/home"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1:4566"])
def test_on_this_machine_it_leads_to_the_name_that_was_used(cloud: Cloud, clock: Clock,
                                                            host: str) -> None:
    answer = asked(cloud.services(clock, stage="local"), None, Host=host)

    assert answer.headers["Location"] == (
        f"http://{host}/_aws/execute-api/a1b2c3d4e5/dev/account/home")


def test_a_page_with_a_slash_leads_to_the_page(services: Services) -> None:
    """What it loads would otherwise be looked for below it."""
    slash = event("sign-in", query={"state": "a b&c=\u00e4", "ui_locales": "de"})
    slash["path"] += "/"
    slash["requestContext"]["path"] += "/"

    answer = send(get_page.handler, slash, services)

    assert answer.status == 302
    assert answer.headers["Location"] == (
        f"{API}/account/sign-in?state=a+b%26c%3D%C3%A4&ui_locales=de")


@pytest.mark.parametrize("name", ["nothing", "x\r\nSet-Cookie: a=b", "..", "evil.example.org"])
def test_nothing_else_with_a_slash_leads_anywhere(services: Services, name: str) -> None:
    slash = event(name)
    slash["path"] += "/"

    assert send(get_page.handler, slash, services).outcome == (404, "not_found")


@pytest.mark.parametrize(("query", "cookie", "header", "tag"), [
    ("", "", "", "en"),
    ("", "", "de-AT,de;q=0.9,en;q=0.8", "de"),
    ("", "lang=ar", "de", "ar"),
    ("de", "lang=ar", "en", "de"),
    ("qaa ar", "lang=de", "en", "ar"),
    ("qaa", "a=b; lang=de; c=d", "ar", "de"),
    ("", "lang=qaa", "ar", "ar"),
    ("", "notlang=de", "qaa;q=1,ar;q=0.2", "ar")])
def test_the_language_is_asked_for_by_the_query_then_the_cookie_then_the_header(
        services: Services, query: str, cookie: str, header: str, tag: str) -> None:
    answer = asked(services, "home", query={"ui_locales": query}, Cookie=cookie,
                   **{"Accept-Language": header})

    assert language(answer) == tag
    assert Document(answer.text).about["dir"] == ("rtl" if tag == "ar" else "ltr")


@pytest.mark.parametrize("text", [
    "\x00", "\ud800", ";" * 9000, "," * 9000, "-" * 9000, "qaa;q=" + "9" * 5000, "lang", "lang=",
    "../en", "en\r\nX: y", "q=;q=q", "*", "*;q=0", "\u0130-\u1e9e", "=;=;lang==", "a b c " * 3000])
def test_what_makes_no_sense_is_english(services: Services, text: str) -> None:
    for query, headers in (({"ui_locales": text}, {}), (None, {"Cookie": text}),
                           (None, {"Cookie": f"lang={text}"}), (None, {"Accept-Language": text})):
        answer = asked(services, "home", query=query, **headers)

        assert answer.status == 200
        assert language(answer) == "en"


def test_the_script_is_told_what_the_stage_is_like(cloud: Cloud, clock: Clock) -> None:
    plain = cloud.services(clock, passkey_rp_id="", passkey_origins=())
    full = cloud.services(clock, service_name="Example", password_min_length=8, logo_url=LOGO,
                          require_verified_email=True, **MAIL)

    assert Document(asked(plain, "home").text).settings == {
        "clientId": "account-pages", "name": "session-api", "logo": "", "passwordMinLength": 15,
        "mail": False, "passkeys": False, "verifiedEmail": False}
    assert Document(asked(full, "home").text).settings == {
        "clientId": "account-pages", "name": "Example", "logo": LOGO, "passwordMinLength": 8,
        "mail": True, "passkeys": True, "verifiedEmail": True}


@pytest.mark.parametrize("name", [
    '"><script>alert(1)</script>', "</title><img src=x onerror=alert(1)>", "&quot;&amp;amp;",
    "'\"\\", "{{settings}}", "Zo\u00eb & S\u00f6hne <3", "\u202egnirt\u2028s"])
def test_a_name_stays_a_name(cloud: Cloud, clock: Clock, name: str) -> None:
    html = asked(cloud.services(clock, service_name=name), "home").text

    assert Document(html).settings["name"] == name
    assert Document(html).loads == Document(
        asked(cloud.services(clock), "home").text).loads
    assert html.count("<script") == 1
