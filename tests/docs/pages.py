"""The pages as text: their sections, tables and links."""

import re
from collections.abc import Iterator

from scripts.checkout import ROOT

PAGES = tuple(sorted(str(path.relative_to(ROOT))
                     for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"),
                                  *ROOT.glob("examples/*/*.md"), *ROOT.glob("clients/*/*.md")]))

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_ERROR_ROW = re.compile(r"^\| (\d{3}) \| `(\w+)` \| .+ \|$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the text of each section of the second level by its heading."""
    _, *parts = _SECTION.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def error_rows(section: str) -> set[tuple[int, str]]:
    """Return the status and name of each row of a table of errors."""
    return {(int(status), name) for status, name in _ERROR_ROW.findall(section)}


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each table row, without backquotes."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]


def links(text: str) -> Iterator[tuple[str, str]]:
    """Yield the file and the fragment of each link that is no web address."""
    for file, fragment in _LINK.findall(text):
        if "://" not in file:
            yield file, fragment


def anchors(text: str) -> set[str]:
    """Return the fragments that GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in headings}
