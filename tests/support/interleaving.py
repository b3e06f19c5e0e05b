"""Programs at once in every order of their requests: each request of one is sent before or after
each request of the others."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

Program = Callable[[], object]
# Which of those programs that have not ended goes on, and how many there are of them.
Step = tuple[int, int]
PATIENCE_SECONDS = 60


class Turn:
    """One program, which waits before each of its requests until it is its turn."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.has_ended = False
        self.error: BaseException | None = None

    def start(self) -> None:
        self.thread.start()
        self._wait(self._back)

    def step(self) -> None:
        """Let it send a request, and go on until its next one or its end."""
        self._go.release()
        self._wait(self._back)

    def before_request(self) -> None:
        self._back.release()
        self._wait(self._go)

    def _run(self) -> None:
        try:
            self._program()
        except BaseException as error:
            self.error = error
        self.has_ended = True
        self._back.release()

    def _wait(self, semaphore: threading.Semaphore) -> None:
        assert semaphore.acquire(timeout=PATIENCE_SECONDS), "a program hangs"


def every_order(client: Any, arrange: Callable[[], list[Program]], most_switches: int = 99
                ) -> Iterator[list[Turn]]:
    """Run what `arrange` makes, which sends its requests by `client`, in each order in which a
    program is interrupted by another at most `most_switches` times; yield the programs after each
    run, when they have ended. What a program raises is its `error`."""
    before: list[Step] = []
    while True:
        turns = [Turn(program) for program in arrange()]
        by_thread = {turn.thread: turn for turn in turns}

        def wait(by_thread: dict[threading.Thread, Turn] = by_thread, **_: object) -> None:
            if turn := by_thread.get(threading.current_thread()):
                turn.before_request()

        client.meta.events.register("before-call", wait)
        steps = _run(turns, before, most_switches)
        client.meta.events.unregister("before-call", wait)
        yield turns
        while steps and steps[-1][0] + 1 == steps[-1][1]:
            steps.pop()
        if not steps:
            return
        taken, of = steps.pop()
        before = [*steps, (taken + 1, of)]


def _run(turns: list[Turn], before: list[Step], most_switches: int) -> list[Step]:
    """Take these steps, and then the first program's that may go on; return all that were taken. A
    program that may not be interrupted any more is the only one that may."""
    for turn in turns:
        turn.start()
    taken: list[Step] = []
    last, switches = turns[0], 0
    while running := [turn for turn in turns if not turn.has_ended]:
        if switches == most_switches and last in running:
            running = [last]
        choice = before[len(taken)][0] if len(taken) < len(before) else 0
        taken.append((choice, len(running)))
        switches += last in running and running[choice] is not last
        last = running[choice]
        last.step()
    return taken
