"""The account pages are light: what a browser loads of them, compressed as API Gateway does it."""

import gzip
import re

import pytest

from scripts.checkout import ROOT
from scripts.packing import account_pages

MOST_OF_ALL = 60 * 1024
MOST_OF_A_PAGE = 30 * 1024


@pytest.fixture(scope="module")
def weights() -> dict[str, int]:
    """The compressed size of each file, in bytes."""
    account_pages.build()
    return {path.rsplit("/", 1)[-1]: len(gzip.compress(content))
            for path, content in account_pages.files([account_pages.READER]).items()}


def test_all_pages_in_all_languages_are_light(weights: dict[str, int]) -> None:
    assert sum(weights.values()) <= MOST_OF_ALL


@pytest.mark.parametrize("language", sorted(
    file.stem for file in (ROOT / "pages" / "messages").glob("*.json")))
def test_a_page_is_light(weights: dict[str, int], language: str) -> None:
    """All that it loads is named in its document."""
    document = f"page.{language}.html"
    files = account_pages.files([account_pages.READER])
    named = re.findall(r'(?:href|src)="([^"]+)"', files[f"pages/dist/{document}"].decode())

    assert len(named) == 4
    assert sum(weights[name] for name in (document, *named)) <= MOST_OF_A_PAGE
