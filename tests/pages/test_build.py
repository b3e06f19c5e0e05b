"""The pages are built from their sources alone, and anew when these change."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import package
from scripts.checkout import ROOT, Refused
from scripts.packing import account_pages
from scripts.packing.distributions import HOST, Site

MADE = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "openapi.ts")
CLIENT = Path("clients", "javascript", "src")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout elsewhere, as far as the pages go, with the packages of this one linked to as an
    agent's image has them."""
    copy = tmp_path / "elsewhere"
    for folder in ("pages", "clients/javascript", "scripts", "shared", "lambda_functions"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=MADE)
    (copy / "pages" / "node_modules").symlink_to(ROOT / "pages" / "node_modules")
    return copy


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def built(root: Path) -> dict[str, bytes]:
    account_pages.build(root)
    return account_pages.files([account_pages.READER], root)


def test_the_same_sources_give_the_same_files_wherever_they_are(copy: Path) -> None:
    """Also where the types of the API's answers, which are made, are not there yet."""
    assert not (copy / CLIENT / "openapi.ts").exists()

    assert built(copy) == built(ROOT)


def test_a_name_changes_with_what_is_in_the_file_and_with_nothing_else(copy: Path) -> None:
    before = built(copy)
    add(copy / "pages" / "style.css", "p { color: red }\n")

    after = built(copy)

    [new] = after.keys() - before.keys()
    [old] = before.keys() - after.keys()
    assert new.startswith("pages/dist/style-") and old.startswith("pages/dist/style-")
    assert new.removeprefix("pages/dist/").encode() in after["pages/dist/page.en.html"]


@pytest.mark.parametrize("change", [
    lambda root: (root / "pages" / "messages" / "de.json").write_text(
        (root / "pages" / "messages" / "en.json").read_text(encoding="utf-8")),
    lambda root: add(root / CLIENT / "client.ts", "export const more = 1;\n"),
    lambda root: (root / "pages" / "dist" / "page.en.html").unlink(),
    lambda root: (root / "pages" / "dist" / "page.en.html").write_text("another"),
    lambda root: (root / "pages" / "dist" / "left-over.js").write_text("another")],
    ids=["a message", "the client library", "a file is gone", "a file is another", "one too many"])
def test_pages_are_built_anew_after_a_change_and_not_without(
        copy: Path, change: Callable[[Path], object]) -> None:
    assert account_pages.build(copy)
    assert not account_pages.build(copy)

    change(copy)

    assert account_pages.build(copy)
    assert not account_pages.build(copy)
    assert not (copy / "pages" / "dist" / "left-over.js").exists()


def test_a_mistake_in_a_page_is_told(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (copy / "pages" / "src" / "main.ts").write_text("const = 1;\n")

    with pytest.raises(Refused, match="The account pages could not be built; why is said above."):
        account_pages.build(copy)

    assert "src/main.ts:1:6" in capfd.readouterr().err


def test_a_change_of_a_page_makes_another_zip_and_no_change_makes_none(
        copy: Path, tmp_path: Path) -> None:
    def zipped() -> tuple[bool, bytes]:
        new = package.build("getPage", "lambda_functions.get_page", site, tmp_path / "dist", copy)
        return new, (tmp_path / "dist" / "getPage.zip").read_bytes()

    site = Site(HOST)
    first, again = zipped(), zipped()
    title = {"direction": "ltr", "title": "Other"}
    messages = copy / "pages" / "messages" / "en.json"
    messages.write_text(json.dumps(json.loads(messages.read_text(encoding="utf-8")) | title))

    assert (first[0], again) == (True, (False, first[1]))
    new, content = zipped()
    assert new and content != first[1]


def test_a_function_that_serves_no_pages_needs_none(tmp_path: Path) -> None:
    assert account_pages.files([Path("shared/errors.py")], tmp_path) == {}
