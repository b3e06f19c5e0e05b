"""The emulator's folder: what a refused start, a killed run and another run leave in it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts.checkout import ROOT, Refused
from scripts.local import emulator as emulator_module
from scripts.local import process
from scripts.local.emulator import Emulator, free_port, running_port
from scripts.local.stop import stop

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


# An emulator that listens, and on SIGTERM does and says something.
LISTENS = """trap '%s; exit 0' TERM
echo "Running on http://127.0.0.1:$GATEWAY_PORT"
for i in $(seq 300); do sleep 0.1; done"""
# A run that ends without a word when it is killed.
RUN = """import sys, time
from pathlib import Path
from scripts.local.emulator import Emulator
Emulator(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])).start()
print("started", flush=True)
time.sleep(60)"""


@contextmanager
def running(folder: Path, emulator: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run in a process of its own, which has started its emulator."""
    words = [sys.executable, "-c", RUN, str(folder), str(free_port()), str(emulator)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "started\n"
        try:
            yield process
        finally:
            process.kill()


def is_alive(pid: int) -> bool:
    return bool(process.command_of(pid))


def test_a_start_that_is_refused_leaves_the_folder_as_it_was(folder: Path, tmp_path: Path
                                                             ) -> None:
    with pytest.raises(Refused, match=NO_START):
        Emulator(folder, free_port(), python(tmp_path, "exit 1")).start()

    assert left(folder) == KEPT


def test_an_emulator_gets_nothing_of_the_shell(folder: Path, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    """Its functions would get it, too."""
    monkeypatch.setenv("OF_THE_SHELL", "1")
    emulator = Emulator(folder, free_port(), python(tmp_path, "env; exit 1"))
    with pytest.raises(Refused, match=NO_START):
        emulator.start()

    names = {line.partition("=")[0] for line in emulator.log.read_text().splitlines()}
    assert "GATEWAY_PORT" in names and "OF_THE_SHELL" not in names


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

    monkeypatch.setattr(emulator_module, "wait_until", interrupt)
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
    monkeypatch.setattr(emulator, "_listens", lambda _logged: True)
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
    monkeypatch.setattr(emulator, "_listens", lambda _logged: True)
    monkeypatch.setattr(emulator, "is_running", lambda: True)

    assert emulator.start()
    emulator.discard()


@pytest.mark.parametrize(("on_term", "lost"), [("exit 0", False), ("", True)])
def test_an_emulator_that_outlived_its_run_saves_or_is_killed(
        on_term: str, lost: bool, folder: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "STOP_SECONDS", 1)
    silent = python(tmp_path, f"trap '{on_term}' TERM; for i in $(seq 300); do sleep 0.1; done")
    orphan = subprocess.Popen([silent], start_new_session=True)
    (folder / "running.json").write_text(json.dumps({"pid": orphan.pid, "port": 1}))
    emulator = Emulator(folder, free_port(), silent)
    monkeypatch.setattr(emulator, "_spawn", lambda: None)
    monkeypatch.setattr(emulator, "_listens", lambda _logged: True)
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


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_an_emulator_whose_run_has_ended_saves_and_ends(how: signal.Signals, folder: Path,
                                                        tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    with running(folder, python(tmp_path, LISTENS % f"touch {saved}")) as run:
        pid = json.loads((folder / "running.json").read_text())["pid"]
        run.send_signal(how)
        run.wait()

        assert process.wait_until(lambda: not is_alive(pid), 10)
        assert saved.exists()
        assert process.wait_until(lambda: not (folder / "running.json").exists(), 10)


def test_the_next_run_waits_until_the_killed_one_is_saved(folder: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    slow = python(tmp_path, LISTENS % f"sleep 1; touch {saved}")
    with running(folder, slow) as run:
        run.kill()
        run.wait()

        next_run = Emulator(folder, free_port(), slow)
        assert next_run.start() is False and saved.exists()
        next_run.discard()


def test_what_runs_in_a_folder_is_stopped_in_order_and_what_does_not_is_not_missed(
        folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop(str(folder))
    saved = tmp_path / "saved"
    with running(folder, python(tmp_path, LISTENS % f"sleep 0.5; touch {saved}")):
        stop(str(folder))
        assert saved.exists()
    stop(str(folder))
    stop(str(tmp_path / "nowhere"))

    assert capsys.readouterr().out == (
        "Stopping the `make run` of this checkout, which saves first\n")


def test_an_older_run_that_cannot_be_named_is_left_alone(folder: Path, tmp_path: Path) -> None:
    with running(folder, python(tmp_path, LISTENS % "")):
        (folder / "lock").write_text("")

        with pytest.raises(SystemExit, match="stop it with Ctrl-C in its terminal"):
            stop(str(folder))


@pytest.mark.parametrize(("said", "wrong"), [
    ("Persistence: saved dynamodb", ""),
    ("ERROR [persistence] failed to save dynamodb: No space left on device",
     "ERROR [persistence] failed to save dynamodb: No space left on device")])
def test_what_could_not_be_saved_is_told(said: str, wrong: str, folder: Path, tmp_path: Path
                                         ) -> None:
    (folder / "emulator.log").write_text("failed to save something, long ago\n")
    emulator = Emulator(folder, free_port(), python(tmp_path, LISTENS % f'echo "{said}"'))
    emulator.start()

    assert emulator.stop() == wrong


def test_an_emulator_that_others_started_on_the_port_is_not_ours(
        folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that start at once both find the port free."""
    class Winner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    free = iter([True, False])
    monkeypatch.setattr(emulator_module, "port_is_free", lambda _port: next(free))
    with HTTPServer(("127.0.0.1", 0), Winner) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        with pytest.raises(Refused, match="is in use; choose another one"):
            Emulator(folder, server.server_port, python(tmp_path, "sleep 0.3; exit 1")).start()

        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["file/run", "file"])
def test_a_folder_that_cannot_be_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Refused, match=f"{name} cannot be used: "):
        Emulator(tmp_path / name, free_port()).start()
