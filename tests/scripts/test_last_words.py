"""A program that is interrupted or cannot go on says so in one sentence, without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checkout import ROOT, Refused
from scripts.last_words import sentence

FAILED = subprocess.CalledProcessError(2, ["npm", "pack", "x"], stderr=b"no network\n")


@pytest.mark.parametrize(("error", "said"), [
    (KeyboardInterrupt(), "Interrupted."),
    (KeyboardInterrupt("Interrupted after line 3."), "Interrupted after line 3."),
    (Refused("There is no such stage."), "There is no such stage."),
    (BrokenPipeError(32, "Broken pipe"), ""),
    (OSError(28, "No space left on device"), "This machine refuses: No space left on device."),
    (OSError(28, "No space left on device", "x.zip"),
     "x.zip cannot be used: No space left on device."),
    (FAILED, "npm pack x failed: no network"),
    (subprocess.CalledProcessError(2, "java"), "java failed: what it says is above."),
    (ModuleNotFoundError("No module named 'yaml'", name="yaml"),
     "There is no Python package yaml here; start programs by make, or by .venv/bin/python, "
     "which has what they need."),
    (ValueError("a defect of ours"), None)])
def test_what_is_said(error: BaseException, said: str | None) -> None:
    assert sentence(error) == said


def ended(program: str, output: str = "", file: object = "") -> "subprocess.CompletedProcess[str]":
    """Run a program of scripts/ that can write no file, its output redirected by the shell as
    `output` says. It keeps what it prints until it ends, whatever this shell says to Python."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("PYTHON")}
    return subprocess.run(["sh", "-c", f'ulimit -f 0; "$0" -B -c "$1" {output}', sys.executable,
                           f"import scripts\n{program}", str(file)], cwd=ROOT, text=True,
                          env=environment, capture_output=True, check=False)


@pytest.mark.parametrize(("program", "said"), [
    ("import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)",
     "Interrupted.\n"),
    ("open('/nowhere/x')", "/nowhere/x cannot be used: No such file or directory.\n"),
])
def test_a_program_ends_with_that_sentence(program: str, said: str) -> None:
    done = ended(program)

    assert done.returncode != 0
    assert done.stderr == said


def test_a_defect_keeps_its_traceback() -> None:
    assert "ValueError: a defect" in ended("raise ValueError('a defect')").stderr


@pytest.mark.parametrize("program", ["print('x')", "print('x', flush=True)"])
@pytest.mark.parametrize(("output", "said", "code"), [
    ('> "$2"', "This machine refuses: File too large.\n", 1),
    (">&-", "", 0)])
def test_output_that_cannot_be_written(program: str, output: str, said: str, code: int,
                                       tmp_path: Path) -> None:
    done = ended(program, output, tmp_path / "output")

    assert (done.stderr, done.returncode) == (said, code)


def test_output_that_nobody_reads() -> None:
    done = ended("import time; time.sleep(0.3); print('x')", "| true")

    assert done.stderr == ""


def test_any_name_is_shown_on_any_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import scripts; print('caf\\xe9 \\u2713 \\udcff')"], cwd=ROOT,
        env={"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("caf\\xe9 \\u2713 \\udcff\n", "")
