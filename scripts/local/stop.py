"""Stop the `make run` of this checkout in order: `make clean` does so before its folder goes.

It uses only the standard library and no syntax that an old Python cannot read, because nothing
need be installed for it.
"""

import fcntl
import os
import signal
import sys
import time

from scripts.environment import ROOT

FOLDER = os.path.join(ROOT, ".local", "run")
# An emulator that saves has a minute.
STOP_SECONDS = 90


def stop(folder: str) -> None:
    """Return when nothing runs in the folder, or exit with the reason why something does."""
    try:
        lock = open(os.path.join(folder, "lock"))
    except OSError:
        return
    with lock:
        if not _is_free(lock.fileno()):
            print("Stopping the `make run` of this checkout, which saves first", flush=True)
            _ask_to_stop(lock.read().strip())
            _wait_for(lock.fileno())


def _ask_to_stop(pid: str) -> None:
    try:
        os.kill(int(pid), signal.SIGTERM)
    except ProcessLookupError:
        pass  # Then its watcher is saving.
    except (ValueError, PermissionError):
        sys.exit("It cannot be stopped from here; stop it with Ctrl-C in its terminal.")


def _wait_for(lock: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while not _is_free(lock):
        if time.monotonic() > deadline:
            sys.exit("It does not stop; end it in its terminal.")
        time.sleep(0.1)


def _is_free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    stop(FOLDER)
