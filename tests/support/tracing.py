"""Coverage follows our code, and neither the SDK nor moto behind it.

What measures coverage is called at every line that Python runs, and in a test with the SDK most
lines are not ours. Our lines that run within a call of the SDK are measured by `traced`.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any

from botocore.client import BaseClient


class _Paused(threading.local):
    """What traces this thread outside of the SDK, if anything does."""

    tracer: Any = None


_paused = _Paused()


def leave_out_the_sdk() -> None:
    """From now on nothing is traced while a client of botocore makes a request."""
    request = BaseClient._make_api_call

    def untraced(client: BaseClient, *arguments: Any) -> Any:
        tracer = sys.gettrace()
        if tracer is None:
            return request(client, *arguments)
        _paused.tracer = tracer
        # In one function: a tracer that hears of a frame's beginning has to hear of its end.
        sys.settrace(None)
        try:
            return request(client, *arguments)
        finally:
            sys.settrace(tracer)

    BaseClient._make_api_call = untraced


def traced(action: Callable[[], object]) -> None:
    """Do something of ours within a request, and trace it like what is outside."""
    sys.settrace(_paused.tracer)
    try:
        action()
    finally:
        sys.settrace(None)
