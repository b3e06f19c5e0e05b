"""Who has the folder of an emulator: the process that runs it, and after that the watcher that
ends it (`process`), to which the lock is handed."""

import fcntl
import os
from pathlib import Path
from typing import IO

from scripts.checkout import Refused
from scripts.local.process import STOP_SECONDS, command_of, wait_until


class FolderLock:
    """The lock on `folder`, which its file is in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Hold the folder, once the last run is saved; raise Refused if another run has it, or
        if there can be no such folder."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = (self._folder / "lock").open("a+")
        except OSError as error:
            raise Refused(f"{self._folder} cannot be used: {error.strerror}.") from error
        if not (self._is_ours()
                or self._is_being_saved() and wait_until(self._is_ours, STOP_SECONDS)):
            raise Refused("The stack of this checkout is running already; "
                          "stop it with Ctrl-C in its terminal.")
        self._file.truncate(0)
        # For who wants to stop us (`stop`), and for who finds us gone.
        print(os.getpid(), file=self._file, flush=True)

    def _is_ours(self) -> bool:
        try:
            fcntl.flock(self.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _is_being_saved(self) -> bool:
        """Whether the run that had the folder is gone, so that its watcher has the lock."""
        pid = (self._folder / "lock").read_text().strip()
        return pid.isdigit() and not command_of(int(pid))

    def fileno(self) -> int:
        assert self._file is not None
        return self._file.fileno()

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
