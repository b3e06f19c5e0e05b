"""Where a page says how many functions there are, that is how many there are."""

import re

from scripts import package
from scripts.checkout import ROOT


def test_the_number_of_functions_is_true() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    said = {(path.name, number) for path in pages
            for number in re.findall(r"\b(\d+) functions\b", path.read_text(encoding="utf-8"))}

    assert {number for _, number in said} <= {str(len(package.functions()))}, said
