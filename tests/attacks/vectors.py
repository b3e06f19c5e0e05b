"""Public test vectors, which are not part of this repository.

They are looked for in the folder that TEST_VECTORS names, else in one beside the checkout.
A test that needs a file that is not there is skipped.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scripts.checkout import ROOT

BESIDE = ROOT.parent / "shared" / "corpora"


def path(name: str) -> Path:
    """Return the path of a file or folder of vectors, or skip the test."""
    found = Path(os.environ.get("TEST_VECTORS") or BESIDE) / name
    if not found.exists():
        pytest.skip(f"no public test vectors: set TEST_VECTORS to a folder that holds {name}")
    return found


def load(name: str) -> Any:
    """Return what a JSON file of vectors holds, or skip the test."""
    return json.loads(path(name).read_text(encoding="utf-8"))
