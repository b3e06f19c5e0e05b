"""Functions that count how many of them are asked about at once."""

import time
from threading import Lock
from typing import NoReturn

from scripts.checkout import Refused
from scripts.delivery.functions import Function
from tests.scripts.delivery.scripted_lambda import REGION

SIZE = 12


class Crowd:
    """`most` is the largest number that were asked about at the same time; all refuse."""

    def __init__(self) -> None:
        self._lock, self._asked, self.most = Lock(), 0, 0
        self.functions = [_Counted(self) for _ in range(SIZE)]

    def refuse(self) -> NoReturn:
        with self._lock:
            self._asked += 1
            self.most = max(self.most, self._asked)
        time.sleep(0.02)
        with self._lock:
            self._asked -= 1
        raise Refused("busy")


class _Counted(Function):
    def __init__(self, crowd: Crowd) -> None:
        super().__init__("ping", "dev", REGION)
        self._crowd = crowd

    def live(self) -> NoReturn:
        self._crowd.refuse()

    def settings(self, number: str) -> NoReturn:
        self._crowd.refuse()
