"""What is served of what was built."""

from pathlib import Path

import pytest

from shared.account_pages.files import AccountPages
from shared.errors import Misconfigured

HTML = '<html lang="{}"><meta name="session-api" content="{{{{settings}}}}"><title>{{{{name}}}}'
STAGE = {"name": "Sessions"}


def folder_with(folder: Path, *languages: str) -> Path:
    for language in languages:
        (folder / f"page.{language}.html").write_text(HTML.format(language))
    (folder / "app-0A.js").write_text("'\u00e4'", encoding="utf-8")
    return folder


def test_a_document_is_filled_in_and_nothing_of_it_is_markup(tmp_path: Path) -> None:
    pages = AccountPages({"name": "<\"&'>"}, folder_with(tmp_path, "en"))

    assert pages.page("home", []).html == (
        '<html lang="en"><meta name="session-api" '
        'content="{&quot;name&quot;: &quot;&lt;\\&quot;&amp;\'>&quot;}">'
        "<title>&lt;&quot;&amp;'>")


def test_there_is_a_page_in_each_language_that_was_built(tmp_path: Path) -> None:
    pages = AccountPages(STAGE, folder_with(tmp_path, "en", "pt-BR"))

    assert pages.page("home", ["pt-br"])[:2] == (True, "pt-BR")
    assert pages.page("elsewhere", ["de"])[:2] == (False, "en")


def test_all_else_is_a_file_that_is_named(tmp_path: Path) -> None:
    pages = AccountPages(STAGE, folder_with(tmp_path, "en"))

    assert pages.asset("app-0A.js") == ("text/javascript", "'\u00e4'")
    assert [pages.asset(name) for name in ("page.en.html", "../app-0A.js", "")] == [None] * 3


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_function_without_pages_does_not_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match="make account-pages"):
        AccountPages(STAGE, tmp_path / name)
