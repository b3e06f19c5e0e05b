"""How far an import got, kept in `<file>.progress` beside its file."""

import os
import re
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 4096


def progress_of(path: Path) -> Path | None:
    """Return where the progress of an import is kept; None for what is no file with a place of
    its own."""
    if path.parts[:2] in (("/", "dev"), ("/", "proc")) or not path.is_file():
        return None
    return path.with_name(path.name + ".progress")


class Progress:
    """How far an import got in one file, with one stage; nothing is kept without a `path`."""

    def __init__(self, path: Path | None, task: str) -> None:
        self._path, self._task = path, task

    def read(self, report: Callable[[str], None]) -> int:
        """Return how many lines are done."""
        if self._path is None or not self._path.is_file():
            return 0
        with self._path.open("rb") as file:
            kept = file.read(MAX_BYTES).decode(errors="replace")
        number, _, of = kept.partition(" ")
        done = int(number) if of == self._task and re.fullmatch("[0-9]{1,15}", number) else 0
        report(f"going on after line {done}" if done else
               f"beginning anew: {self._path.name} is of another file or stage")
        return done

    def write(self, done: int) -> None:
        """Take the place of what has the name: it may be a link to another file."""
        if self._path is None:
            return
        new = self._path.with_name(self._path.name + ".new")
        new.unlink(missing_ok=True)
        try:
            with new.open("x", encoding="utf-8") as file:
                file.write(f"{done} {self._task}")
            os.replace(new, self._path)
        finally:
            new.unlink(missing_ok=True)

    def remove(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
