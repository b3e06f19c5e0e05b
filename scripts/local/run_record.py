"""The record of the emulator that runs in a folder: its process id and its port."""

import json
import os
from pathlib import Path


class RunRecord:
    """It is there from the start of an emulator until it has stopped in order."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "running.json"

    def exists(self) -> bool:
        return self._path.exists()

    def read(self, name: str) -> int | None:
        """Return `pid` or `port`, or None if there is no record that can be read."""
        try:
            return int(json.loads(self._path.read_text())[name])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, pid: int, port: int) -> None:
        # Renamed when it is whole, so that a kill in between leaves no half of it.
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps({"pid": pid, "port": port}))
        os.replace(partial, self._path)

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
