"""The account pages over HTTP, as a browser finds them: at the name of this machine."""

import re
from urllib.parse import urlsplit

import pytest

from scripts.local.stack import LocalStack
from tests.stack.http_api import Api
from tests.stack.mailbox import Mailbox
from tests.stack.member import Member

STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; "


@pytest.fixture(scope="module")
def pages(stack: LocalStack) -> Api:
    """Paths are below the address that `make run` prints."""
    assert stack.pages_url == (
        f"http://localhost:{stack.emulator.port}/_aws/execute-api/session-api/local/account/")
    return Api(stack.pages_url.removesuffix("/account/"), "")


@pytest.mark.parametrize("path", ["/account", "/account/", "/account/home/"])
def test_the_printed_address_leads_to_the_first_page(pages: Api, path: str) -> None:
    answer = pages.send("GET", path)

    assert (answer.status, answer.text) == (302, "")
    assert answer.headers["location"] == f"{pages.base_url}/account/home"


def test_a_page_comes_with_all_that_it_loads(pages: Api) -> None:
    page = pages.send("GET", "/account/sign-in?ui_locales=ar", headers={"Accept-Language": "de"})

    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith(STRICT)
    assert "access-control-allow-origin" not in page.headers
    assert '<html lang="ar" dir="rtl"' in page.text
    loaded = set(re.findall(r'(?:src|href)="([^"]+)"', page.text))
    assert {urlsplit(name).path for name in loaded} == loaded
    for name in loaded:
        asset = pages.send("GET", f"/account/{name}")
        assert asset.status == 200 and asset.text
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", [
    "/account/..%2fpackage.json", "/account/%2e%2e%2f%2e%2e%2fserverless.yml",
    "/account/..%5cbuild.mjs", "/account/page.en.html", "/account/app.js"])
def test_nothing_but_the_files_of_the_pages_is_served(pages: Api, path: str) -> None:
    assert pages.send("GET", path).error == (404, "not_found")


@pytest.mark.parametrize("path", ["/account/..%2fhome", "/account/nothing"])
def test_no_other_page_is_there(pages: Api, path: str) -> None:
    assert pages.send("GET", path).status == 404


def test_links_in_mail_lead_to_the_pages(stack: LocalStack, api: Api) -> None:
    person = Member.sign_up(api)
    mailbox = Mailbox(stack.emulator, person.email)

    assert api.send("POST", "/user/password-reset", {"email": person.email}).status == 202

    mailbox.wait_for(f"{stack.pages_url}reset-password#token=eyJ")
