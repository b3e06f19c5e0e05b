"""However `make run` is ended, and whatever becomes of its output, it saves and stops."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import run
from scripts.checkout import ROOT
from scripts.run import tour

# `make run` over an emulator that only says that it has saved.
PROGRAM = """import sys
from types import SimpleNamespace
from scripts import run
logs = SimpleNamespace(describe_log_groups=lambda **_: {"logGroups": []})
class Emulator:
    endpoint, log = "http://127.0.0.1:5", "emulator.log"
    def __init__(self, folder, port): self.saved = folder
    def start(self): return False
    def is_running(self): return True
    def client(self, *_): return logs
    def stop(self):
        open(self.saved, "x").close()
        return WRONG
    def discard(self): pass
run.Emulator = Emulator
run.LocalStack = lambda emulator: SimpleNamespace(
    emulator=emulator, name="s", base_url="http://127.0.0.1:5/s",
    pages_url="http://localhost:5/s/account/", deploy=lambda: True,
    outputs=lambda: {})
run.StageServices = run.ensure_clients = lambda *_: None
run.POLL_SECONDS = 0.05
run.main()
"""


@contextmanager
def running(saved: Path, wrong: str = "", shell: str = "") -> Iterator["subprocess.Popen[str]"]:
    """The program, ready; `shell` is said before it is started."""
    program = PROGRAM.replace("WRONG", repr(wrong))
    with subprocess.Popen(
            ["sh", "-c", f'{shell} exec "$0" "$@"', sys.executable, "-c", program, "--folder",
             str(saved)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # The tests themselves may have been started by nohup.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL)) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("Logs of the functions follow"):
            assert process.poll() is None
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_stops(how: signal.Signals, tmp_path: Path) -> None:
    with running(tmp_path / "saved") as process:
        process.send_signal(how)
        output, errors = process.communicate(timeout=20)

    assert (process.returncode, output, errors) == (0, "", "Saving and stopping\n")
    assert (tmp_path / "saved").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, None], ids=["tee and Ctrl-C", "head"])
def test_output_that_nobody_reads_any_more_saves_and_stops(how: signal.Signals | None,
                                                           tmp_path: Path) -> None:
    with running(tmp_path / "saved") as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        if how:
            process.send_signal(how)
        process.wait(20)
        errors = process.stderr.read()

    assert (process.returncode, errors) == (0, "Saving and stopping\n")
    assert (tmp_path / "saved").exists()


def test_what_nohup_started_outlives_its_terminal(tmp_path: Path) -> None:
    with running(tmp_path / "saved", shell="trap '' HUP;") as process:
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.terminate()
        process.communicate(timeout=20)

    assert (tmp_path / "saved").exists()


def test_what_was_not_saved_is_told(tmp_path: Path) -> None:
    with running(tmp_path / "saved", wrong="No space left on device") as process:
        process.terminate()
        _, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert errors == ("Saving and stopping\nNot everything was saved: No space left on device. "
                      "The log is emulator.log.\n")


def test_the_tour_goes_around_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy",
                 "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert tour("http://x").startswith("BASE=http://x\ncurl")

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "corp,127.0.0.1,localhost")

    assert tour("http://x").startswith(
        "BASE=http://x\nexport no_proxy=corp,127.0.0.1,localhost\ncurl")


@pytest.mark.parametrize("port", ["70000", "0", "abc", ""])
def test_a_port_is_a_number(port: str, monkeypatch: pytest.MonkeyPatch,
                            capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["run", "--port", port])

    with pytest.raises(SystemExit):
        run.main()

    assert capsys.readouterr().err.endswith(f"--port: {port} is not a number from 1 to 65535\n")
