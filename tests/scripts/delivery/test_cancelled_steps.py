"""A step that is cancelled is stopped, with all that it has started, and nothing else is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.checkout import ROOT, Refused
from scripts.delivery import cancelled_steps
from scripts.delivery.cancelled_steps import stop

# Stands for a step: a make that runs a program which runs another, as deploy runs osls.
MAKEFILE = """\
deploy rollback:
\t@echo started; {python} -c 'import subprocess; subprocess.run(["sleep", "60"])'; true
"""


@contextmanager
def step(tmp_path: Path, name: str) -> Iterator["subprocess.Popen[str]"]:
    """Run scripts/step in a checkout of its own."""
    (tmp_path / "scripts").mkdir(exist_ok=True)
    (tmp_path / "scripts" / "step").write_text((ROOT / "scripts" / "step").read_text())
    (tmp_path / "Makefile").write_text(MAKEFILE.format(python=sys.executable))
    # Below another make, this one would say where it is.
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("MAKE", "MFLAGS"))}
    with subprocess.Popen(["bash", "scripts/step", name], cwd=tmp_path, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          start_new_session=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "started\n"
        try:
            yield process
        finally:
            if running(process.pid):
                os.killpg(process.pid, 9)


def running(session: int) -> str:
    """Return what still runs of the session that the step leads."""
    shown = subprocess.run(["ps", "-s", str(session), "-o", "stat=,command="],
                           capture_output=True, text=True, check=False).stdout
    return "".join(line for line in shown.splitlines() if not line.startswith("Z"))


@pytest.mark.parametrize("proc", ["/proc", "/nowhere"], ids=["with /proc", "with ps"])
def test_a_step_is_stopped_with_all_that_it_runs(tmp_path: Path, proc: str,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelled_steps, "PROC", Path(proc))
    with step(tmp_path, "deploy") as process:
        deadline = time.monotonic() + 10
        while "sleep 60" not in running(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)

        stop(tmp_path / "build" / "steps")

        assert process.wait(5) != 0
        assert running(process.pid) == ""


def test_what_takes_back_is_left_alone(tmp_path: Path) -> None:
    with step(tmp_path, "rollback") as process:
        stop(tmp_path / "build" / "steps")

        assert process.poll() is None


def test_a_process_that_has_got_the_id_of_a_step_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / str(os.getpid())).write_text("deploy\n")

    stop(tmp_path)


def test_there_may_be_nothing_to_stop(tmp_path: Path) -> None:
    (tmp_path / "999999999").write_text("deploy\n")

    stop(tmp_path)
    stop(tmp_path / "nowhere")


def test_a_step_that_goes_on_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cancelled_steps, "STOP_SECONDS", -1)
    monkeypatch.setattr(signal, "SIGTERM", 0)
    with step(tmp_path, "deploy"), pytest.raises(Refused, match="does not end .* nothing was moved"
                                                 ):
        stop(tmp_path / "build" / "steps")
