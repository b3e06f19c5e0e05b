"""A stage local with short lifetimes and browsers whose pages it allows to call it; and a stage
whose account pages people use."""

from collections.abc import Callable, Iterator

import pytest

from scripts.local.emulator import free_port
from scripts.local.stack import LocalStack
from scripts.operating.stage_services import StageServices
from shared.clients import Client
from tests.browser import browsers
from tests.browser.driver import Driver
from tests.support.local_stage import deployed

CLIENT_ID = "test-app"
PAGES_ID = "account-pages"
# An application, to which the pages lead people back.
APPLICATION = "https://app.example.org/callback"
# The name of a service, which its pages show as it is.
MARKUP_NAME = '"><img src=x onerror=alert(5)>'
ACCESS_SECONDS, EARLY_SECONDS, GRACE_SECONDS = 6, 1, 5
LIFETIMES = {"accessTokenSeconds": str(ACCESS_SECONDS), "earlyRefreshSeconds": str(EARLY_SECONDS),
             "graceSeconds": str(GRACE_SECONDS)}


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return found(browsers.chromium)


def found(find: Callable[[], str]) -> str:
    """Return where the browser is; without it the tests are skipped, and say why."""
    try:
        return find()
    except browsers.NotHere as reason:
        if browsers.are_required():
            pytest.fail(f"{reason}, and {browsers.REQUIRED} says that it has to be here")
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def origins() -> tuple[str, str]:
    """The origin whose pages the stage allows to call it and to use passkeys, and a foreign one. A
    passkey is for a domain, such as localhost, and not for an IP address."""
    return f"http://localhost:{free_port()}", f"http://localhost:{free_port()}"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, origins: tuple[str, str]
          ) -> Iterator[LocalStack]:
    with deployed(tmp_path_factory.mktemp("emulator"), CLIENT_ID,
                  LIFETIMES | {"allowedOrigins": origins[0],
                               "passkeyOrigins": origins[0]}) as stack:
        yield stack


@pytest.fixture(scope="session")
def pages_stack(chromium_path: str, tmp_path_factory: pytest.TempPathFactory,
                origins: tuple[str, str]) -> Iterator[LocalStack]:
    """It is deployed only where there is a browser."""
    with deployed(tmp_path_factory.mktemp("emulator"), PAGES_ID,
                  {"displayName": MARKUP_NAME}) as stack:
        services = StageServices("local", stack.outputs(), stack.emulator.client)
        services.client_store.add(Client("web-app", "An application", True, services.now(),
                                         redirect_uris=(APPLICATION, f"{origins[0]}/elsewhere")))
        yield stack


@pytest.fixture(scope="session")
def pages(chromium_path: str, origins: tuple[str, str], pages_stack: LocalStack) -> Driver:
    """Chromium, and a stage whose account pages are registered."""
    return on_pages(chromium_path, origins, pages_stack)


def on_pages(executable: str, origins: tuple[str, str], stack: LocalStack) -> Driver:
    return Driver("chromium", executable, base_url=stack.base_url, client_id=PAGES_ID,
                  origin=origins[0], foreign_origin=origins[1], application=APPLICATION,
                  warm_up=False, most_at_once=2)


@pytest.fixture(scope="session")
def make_driver(origins: tuple[str, str]) -> Callable[[str, str, LocalStack], Driver]:
    def make(browser: str, executable: str, stack: LocalStack) -> Driver:
        return Driver(browser, executable, base_url=stack.base_url, client_id=CLIENT_ID,
                      origin=origins[0], foreign_origin=origins[1],
                      fresh_ms=(ACCESS_SECONDS - EARLY_SECONDS) * 1000,
                      grace_seconds=GRACE_SECONDS)
    return make


@pytest.fixture(scope="session")
def chromium(chromium_path: str, request: pytest.FixtureRequest) -> Driver:
    """The stage is deployed only where there is a browser."""
    make = request.getfixturevalue("make_driver")
    driver: Driver = make("chromium", chromium_path, request.getfixturevalue("stack"))
    return driver


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def driver(request: pytest.FixtureRequest) -> Driver:
    """Chromium, and Firefox where there is one."""
    if request.param == "chromium":
        chromium: Driver = request.getfixturevalue("chromium")
        return chromium
    try:
        executable = browsers.firefox()
    except browsers.NotHere as reason:
        pytest.skip(str(reason))
    make = request.getfixturevalue("make_driver")
    firefox: Driver = make("firefox", executable, request.getfixturevalue("stack"))
    return firefox
