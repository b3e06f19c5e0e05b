"""What the pages and the function that serves them know of each other."""

import re

from scripts.checkout import ROOT
from shared.account_pages.files import PAGES
from shared.mail.letters import LETTERS
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud

SOURCES = ROOT / "pages" / "src"


def within(source: str, begin: str) -> str:
    """Return what is between the braces that follow."""
    return source.split(begin, 1)[1].split("{", 1)[1].split("}", 1)[0]


def test_the_function_serves_the_pages_that_the_script_shows() -> None:
    shown = re.findall(r'"([a-z-]+)":', within((SOURCES / "main.ts").read_text(), "const PAGES"))

    assert set(shown) == PAGES
    assert {letter.page for letter in LETTERS.values()} <= PAGES


def test_the_script_reads_the_settings_that_the_function_tells(cloud: Cloud, clock: Clock) -> None:
    read = re.findall(r"readonly (\w+):", within((SOURCES / "settings.ts").read_text(),
                                                 "interface Settings"))
    services: Services = cloud.services(clock)

    html = services.account_pages.page("home", []).html

    assert set(read) == set(re.findall(r"&quot;(\w+)&quot;: ", html))
