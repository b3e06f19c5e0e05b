"""The files of the account pages, which pages/build.mjs has built: a document in each language,
and the hashed assets that the documents name.

scripts/packing/account_pages.py puts them into the zip of every function that reaches this module,
at the same place as in the checkout.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from shared.account_pages import languages
from shared.errors import Misconfigured

FOLDER = Path(__file__).parents[2] / "pages" / "dist"
# All are one document, whose script looks at the address.
PAGES = frozenset({"home", "sign-in", "sign-up", "verify-email", "reset-password", "change-email",
                   "forgot-password"})
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# In every document: what the script has to know of the stage, and until it runs, the title.
SETTINGS, NAME = "{{settings}}", "{{name}}"


class Page(NamedTuple):
    """HTML in the language of a tag (RFC 5646); the script finds out itself if there is no page of
    that name."""

    is_there: bool
    language: str
    html: str


class AccountPages:
    """What is in `folder`, read once, with what the script has to know of the stage.

    Raises Misconfigured if there is no document in the default language.
    """

    def __init__(self, stage: Mapping[str, object], folder: Path = FOLDER) -> None:
        self._documents: dict[str, str] = {}
        self._assets: dict[str, tuple[str, str]] = {}
        settings, name = _escaped(json.dumps(stage)), _escaped(str(stage["name"]))
        for file in folder.iterdir() if folder.is_dir() else ():
            text = file.read_text(encoding="utf-8")
            if file.suffix == ".html":
                self._documents[file.stem.removeprefix("page.")] = (
                    text.replace(SETTINGS, settings).replace(NAME, name))
            else:
                self._assets[file.name] = MEDIA_TYPES[file.suffix], text
        if languages.DEFAULT not in self._documents:
            raise Misconfigured(f"{folder} has no pages; `make account-pages` builds them")

    def asset(self, name: str) -> tuple[str, str] | None:
        """Return media type and text of a file that the documents name, if it is one."""
        return self._assets.get(name)

    def page(self, name: str, wanted: Iterable[str]) -> Page:
        """Return the page in the first of the wanted languages that there is."""
        language = languages.best(wanted, self._documents)
        return Page(name in PAGES, language, self._documents[language])


def _escaped(text: str) -> str:
    """Return the text as the value of an attribute in double quotes (HTML, section 13.1.2.3).
    `html.escape` would do as much, and load a table of 2,000 entities."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
