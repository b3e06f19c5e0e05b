"""The emulator's process, found by its id: whether it is there, and how it is ended.

Run as a program it watches over one: `python -m scripts.local.process FOLDER PID PYTHON` waits for
the end of its input, which the run that started it keeps open, and then ends an emulator that has
outlived that run. The run's lock on the folder is handed to it, so that nobody comes in between.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from scripts.local.run_record import RunRecord

STOP_SECONDS = 60
# What the emulator logs of a file that it could not write, say on a full disk.
NOT_SAVED = (b"failed to save", b"error getting state")


def log_of(folder: Path) -> Path:
    return folder / "emulator.log"


def is_emulator(pid: int, python: Path) -> bool:
    """Whether the process with this id is an emulator on this Python, because process ids are
    used again."""
    return str(python) in command_of(pid)


def command_of(pid: int) -> str:
    """Return the command line of a process, empty if it has ended."""
    shown = subprocess.run(["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)],
                           capture_output=True, check=False).stdout.decode(errors="replace")
    return "" if shown.startswith("Z") else shown.strip()


def end(pid: int, python: Path, folder: Path) -> bool:
    """Let an emulator save and stop, and kill it if it will not; return whether it has saved."""
    log = log_of(folder)
    logged = log.stat().st_size if log.exists() else 0
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    stopped = wait_until(lambda: not is_emulator(pid, python), STOP_SECONDS)
    kill_group(pid)
    return stopped and not complaint(folder, logged)


def complaint(folder: Path, logged: int) -> str:
    """Return the first line after so many bytes of the log that says that something was not
    saved, empty if none does."""
    try:
        with log_of(folder).open("rb") as log:
            log.seek(logged)
            lines = [line for line in log if any(words in line for words in NOT_SAVED)]
    except OSError:
        return ""
    return lines[0].decode(errors="replace").strip() if lines else ""


def kill_group(pid: int) -> None:
    """Kill an emulator and the functions that it runs: it leads a process group of its own."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Return whether `done()` became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False


def watch(folder: Path, pid: int, python: Path) -> None:
    """Return when the run has ended, however it did, and its emulator too."""
    sys.stdin.buffer.read()
    if is_emulator(pid, python) and end(pid, python, folder):
        RunRecord(folder).remove()


if __name__ == "__main__":
    watch(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
