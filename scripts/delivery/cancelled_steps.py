"""The steps of a job that was cancelled, which go on running until they are stopped.

Go.cd stops no task that has a task for its cancellation: it leaves that to the other task ("Clean
up after canceling a task"), which is `rollback`. A step that went on would move the traffic after
it was taken back. scripts/step leaves a file for each step, named after its process.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from scripts.checkout import ROOT, Refused

FOLDER = ROOT / "build" / "steps"
# What takes back does not stop itself.
TAKING_BACK = "rollback"
STOP_SECONDS = 20


# Small images of agents have no ps; other systems than Linux have no /proc.
PROC = Path("/proc")


class Process(NamedTuple):
    parent: int
    is_zombie: bool
    command: list[str]


def stop(folder: Path = FOLDER) -> None:
    """Stop them, with all that they have started; raise Refused if something goes on."""
    family = [process for path in folder.glob("*") for process in _family(path)]
    # Parents first: none of them may go on because what it has started has ended.
    for process in family:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while family and (left := set(family) & _processes().keys()):
        if time.monotonic() > deadline:
            raise Refused(f"The step that is to be taken back does not end (process {min(left)}), "
                          "so that nothing was moved. Stop it, then run the same again.")
        time.sleep(0.1)


def _family(path: Path) -> Iterator[int]:
    """Yield the process of a step and all below it, if it still runs. Process ids are used
    again, so its command is looked at."""
    step, processes = path.read_text().strip(), _processes()
    ours = processes.get(int(path.name))
    if step == TAKING_BACK or ours is None or not {"make", step} <= set(ours.command):
        return
    found = [int(path.name)]
    for process in found:
        yield process
        found += [child for child, about in processes.items() if about.parent == process]


def _processes() -> Mapping[int, Process]:
    """Return those that run; a zombie has ended."""
    found = dict(_of_proc() if PROC.is_dir() else _of_ps())
    return {number: process for number, process in found.items() if not process.is_zombie}


def _of_proc() -> Iterator[tuple[int, Process]]:
    for folder in PROC.glob("[0-9]*"):
        # It may have ended meanwhile.
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (folder / "cmdline").read_text(errors="replace").split("\0")
            yield int(folder.name), Process(int(parent), state == "Z", command)


def _of_ps() -> Iterator[tuple[int, Process]]:
    shown = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,command="],
                           capture_output=True, text=True, check=True).stdout
    for line in shown.splitlines():
        number, parent, state, *command = line.split()
        yield int(number), Process(int(parent), state.startswith("Z"), command)
