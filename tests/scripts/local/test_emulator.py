"""The emulator's folder: what a refused start, a killed run and another run leave in it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from scripts.checkout import Refused
from scripts.local import emulator as emulator_module
from scripts.local.emulator import Emulator, free_port, running_port

# What a folder holds that no start may touch.
KEPT = ["notes.txt", "s3", "state", "tmp-of-somebody"]
NO_START = "The emulator does not start"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    for name in KEPT[1:]:
        (folder / name).mkdir(parents=True)
    (folder / KEPT[0]).touch()
    return folder


def python(tmp_path: Path, script: str) -> Path:
    """Return what is run instead of the emulator's Python."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def left(folder: Path) -> list[str]:
    return sorted({path.name for path in folder.iterdir()} - {"emulator.log", "lock"})


def taken() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


def is_alive(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True,
                           check=False).stdout
    return bool(shown) and not shown.startswith("Z")


def test_a_start_that_is_refused_leaves_the_folder_as_it_was(folder: Path, tmp_path: Path
                                                             ) -> None:
    with pytest.raises(Refused, match=NO_START):
        Emulator(folder, free_port(), python(tmp_path, "exit 1")).start()

    assert left(folder) == KEPT


def test_a_start_on_a_port_in_use_leaves_the_folder_to_the_next(folder: Path, tmp_path: Path
                                                                ) -> None:
    silent = python(tmp_path, "exit 1")
    with taken() as listening, pytest.raises(Refused, match="is in use; choose another one"):
        Emulator(folder, listening.getsockname()[1], silent).start()

    with pytest.raises(Refused, match=NO_START):
        Emulator(folder, free_port(), silent).start()
    assert left(folder) == KEPT


def test_an_emulator_that_is_silent_too_long_is_stopped_with_its_functions(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator_module, "START_SECONDS", 1)
    pids = tmp_path / "pids"
    endless = python(tmp_path, f"sleep 60 & echo $! $$ > {pids}; wait")

    with pytest.raises(Refused, match=NO_START):
        Emulator(folder, free_port(), endless).start()

    deadline = time.monotonic() + 10
    while (alive := [pid for pid in pids.read_text().split() if is_alive(int(pid))]):
        assert time.monotonic() < deadline, alive
        time.sleep(0.05)
    assert left(folder) == KEPT


def test_a_start_that_is_interrupted_leaves_no_emulator(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(emulator_module, "_wait_until", interrupt)
    emulator = Emulator(folder, free_port(), python(tmp_path, "sleep 60"))

    with pytest.raises(KeyboardInterrupt):
        emulator.start()

    assert not emulator.is_running()
    assert left(folder) == KEPT


def test_who_outlived_a_killed_run_does_not_keep_the_next_from_starting(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes into the scratch space while that is removed, which therefore stays."""
    def remove_nothing(_path: Path, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise OSError("not empty")

    (folder / "scratch" / "of-the-killed-run").mkdir(parents=True)
    monkeypatch.setattr(shutil, "rmtree", remove_nothing)

    with pytest.raises(Refused, match=NO_START):
        Emulator(folder, free_port(), python(tmp_path, "exit 1")).start()

    assert len(list((folder / "scratch").iterdir())) == 2, "the next has space of its own"


def test_scratch_space_of_a_killed_run_goes(folder: Path, tmp_path: Path) -> None:
    (folder / "scratch" / "of-the-killed-run").mkdir(parents=True)
    seen = tmp_path / "seen"

    with pytest.raises(Refused):
        Emulator(folder, free_port(), python(tmp_path, f"ls .. > {seen}")).start()

    assert "of-the-killed-run" not in seen.read_text()
    assert left(folder) == KEPT


@pytest.mark.parametrize("record", ["", "{", "[]", "{}", '{"pid": "x", "port": "y"}'])
def test_a_record_that_cannot_be_read_is_of_a_killed_run(record: str, folder: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "running.json").write_text(record)
    emulator = Emulator(folder, free_port())
    monkeypatch.setattr(emulator, "_spawn", lambda: None)
    monkeypatch.setattr(emulator, "_answers", lambda: True)
    monkeypatch.setattr(emulator, "is_running", lambda: True)

    assert running_port(folder) is None
    assert emulator.start()
    emulator.discard()


def test_that_a_run_was_lost_is_said_by_the_start_that_succeeds(
        folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "running.json").write_text('{"pid": 999999999, "port": 1}')
    with taken() as listening, pytest.raises(Refused, match="is in use"):
        Emulator(folder, listening.getsockname()[1]).start()
    emulator = Emulator(folder, free_port())
    monkeypatch.setattr(emulator, "_spawn", lambda: None)
    monkeypatch.setattr(emulator, "_answers", lambda: True)
    monkeypatch.setattr(emulator, "is_running", lambda: True)

    assert emulator.start()
    emulator.discard()


@pytest.mark.parametrize(("on_term", "lost"), [("exit 0", False), ("", True)])
def test_an_emulator_that_outlived_its_run_saves_or_is_killed(
        on_term: str, lost: bool, folder: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator_module, "STOP_SECONDS", 1)
    silent = python(tmp_path, f"trap '{on_term}' TERM; for i in $(seq 300); do sleep 0.1; done")
    orphan = subprocess.Popen([silent], start_new_session=True)
    (folder / "running.json").write_text(json.dumps({"pid": orphan.pid, "port": 1}))
    emulator = Emulator(folder, free_port(), silent)
    monkeypatch.setattr(emulator, "_spawn", lambda: None)
    monkeypatch.setattr(emulator, "_answers", lambda: True)
    monkeypatch.setattr(emulator, "is_running", lambda: True)

    assert emulator.start() is lost

    assert (orphan.wait(5) == -signal.SIGKILL) is lost
    emulator.discard()


def test_what_is_discarded_twice_leaves_the_next_run_alone(folder: Path, tmp_path: Path) -> None:
    first = Emulator(folder, free_port(), python(tmp_path, "exit 1"))
    with pytest.raises(Refused):
        first.start()
    (folder / "running.json").write_text(json.dumps({"pid": os.getpid(), "port": 1}))
    (folder / "scratch").mkdir()

    first.discard()

    assert left(folder) == sorted([*KEPT, "running.json", "scratch"])
