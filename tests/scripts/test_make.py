"""The Make targets find the programs of scripts/, whatever the shell says to Python."""

import os
import subprocess

from scripts.checkout import ROOT


def test_a_python_that_distrusts_its_folder_runs_them_all_the_same() -> None:
    """PYTHONSAFEPATH keeps `python -m` from looking into the folder that it is started in."""
    environment = {"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"}

    done = subprocess.run(["make", "cost", "ARGS=--users 1000"], cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
