"""Asks verifiers of Python: reads a request a line as JSON, and writes its answer so.

`seconds_ahead` puts forward the clocks by which they throw away keys. This runs in an environment
of its own (requirements.in), beside run.mjs, which does the same for Node.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.verifiers.sent import Sent

Verify = Callable[[str, Sent], dict[str, Any]]

_opened: dict[tuple[str, ...], Verify] = {}
_ahead = 0


def _set_clocks_ahead() -> None:
    now, elapsed = time.time, time.monotonic
    time.time = lambda: now() + _ahead
    time.monotonic = lambda: elapsed() + _ahead


def _verifier(name: str, instance: str, issuer: str, audience: str) -> Verify:
    key = (name, instance, issuer, audience)
    if key not in _opened:
        module = import_module(f"tests.verifiers.python.{name}")
        _opened[key] = module.verifier(issuer, audience)
    return _opened[key]


def _answer(token: str, sent: dict[str, Any], seconds_ahead: int, **asked: str) -> dict[str, Any]:
    global _ahead
    _ahead = seconds_ahead
    try:
        verify = _verifier(**asked)
    except Exception as error:
        return {"broken": repr(error)}
    try:
        return {"claims": verify(token, Sent(**sent))}
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}",
                "challenge": getattr(error, "challenge", "")}


if __name__ == "__main__":
    _set_clocks_ahead()
    for line in sys.stdin:
        print(json.dumps(_answer(**json.loads(line))), flush=True)
