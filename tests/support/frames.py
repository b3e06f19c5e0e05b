"""Room for the frames of deep calls.

CPython keeps the frames of a thread in pieces of memory of 16 KiB, maps another one when a call
does not fit into the last, and unmaps it when that call returns (Python/pystate.c, push_chunk).
Where a test's calls of the SDK go to and fro over such a border, a third of its time is spent on
that. A piece is as large as the frame that it is mapped for needs, rounded up to a power of two:
behind a frame of a little more than half a MiB, nearly as much is free.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

WORDS = 70_000


def _call(function: Callable[..., object], /, **arguments: Any) -> None:
    function(**arguments)


with_room = FunctionType(_call.__code__.replace(co_stacksize=WORDS), globals())
