"""What a function loads when it starts: what it needs, and nothing else that is heavy."""

import importlib
import json
import subprocess
import sys

import pytest

from scripts import package
from scripts.checkout import ROOT
from tests.support.heavy import HEAVY, loads
from tests.support.lambda_process import environment

LOADED = """
import importlib, json, sys, time
time.sleep = lambda _seconds: None
# cryptography tries bcrypt for SSH keys, and does without; it is in no zip that has no use for it.
absent = {absent!r}
for name in absent:
    sys.modules[name] = None
importlib.import_module({module!r})
print(json.dumps([name for name, module in sys.modules.items() if module and "." not in name]))
"""
MODULES = package.functions().values()


@pytest.mark.parametrize("module", MODULES)
def test_a_function_starts_with_what_it_needs_and_loads_nothing_else(module: str) -> None:
    """On Lambda, importing it builds the members of Services that it names. What it does not
    load is as good as not installed."""
    started = subprocess.run(
        [sys.executable, "-c", LOADED.format(absent=sorted(HEAVY - loads(module)), module=module)],
        cwd=ROOT, env=environment(module), capture_output=True, text=True, check=False)

    assert started.returncode == 0, started.stderr
    assert set(json.loads(started.stdout)) & HEAVY == loads(module)


@pytest.mark.parametrize("module", MODULES)
def test_every_function_exports_its_handler(module: str) -> None:
    assert callable(importlib.import_module(module).handler)
