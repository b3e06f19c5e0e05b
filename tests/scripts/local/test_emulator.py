"""The emulator's folder, after a run that was killed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.checkout import Refused
from scripts.local.emulator import Emulator, free_port


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """What is run instead of the emulator's Python: it ends at once."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    return python


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A killed run left scratch space in it."""
    (tmp_path / "run" / "tmp-left").mkdir(parents=True)
    return tmp_path / "run"


@pytest.fixture
def survivor(folder: Path) -> Iterator[None]:
    """A function that outlived the killed run, and writes wherever it can."""
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            (folder / "tmp-left" / "deep").mkdir(parents=True, exist_ok=True)
            (folder / "tmp-left" / "deep" / str(number)).touch()

    def write_on() -> None:
        while not ended.is_set():
            try:
                write()
            except OSError:
                continue

    writer = threading.Thread(target=write_on)
    writer.start()
    yield
    ended.set()
    writer.join()


@pytest.mark.usefixtures("survivor")
def test_who_outlived_a_killed_run_does_not_keep_the_next_from_starting(
        folder: Path, silent: Path) -> None:
    with pytest.raises(Refused, match="The emulator does not start"):
        Emulator(folder, free_port(), silent).start()


def test_no_scratch_space_is_left(folder: Path, silent: Path) -> None:
    with pytest.raises(Refused):
        Emulator(folder, free_port(), silent).start()

    assert sorted(path.name for path in folder.iterdir()) == ["emulator.log", "lock"]
