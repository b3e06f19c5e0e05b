"""An even pace, for answers whose time must not reveal what was done."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pace:
    """`elapsed` is a monotonic clock in seconds, `pause` waits for that many."""

    def __init__(self, elapsed: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._elapsed, self._pause = elapsed, pause

    @contextmanager
    def whole_seconds(self) -> Iterator[None]:
        """Leave the block a whole number of seconds after it was entered, however it ends."""
        started = self._elapsed()
        try:
            yield
        finally:
            taken = self._elapsed() - started
            self._pause(math.ceil(taken) - taken)
