"""The Make targets find the programs of scripts/, whatever the shell says to Python."""

import os
import subprocess

import pytest

from scripts.checkout import ROOT


def test_a_python_that_distrusts_its_folder_runs_them_all_the_same() -> None:
    """PYTHONSAFEPATH keeps `python -m` from looking into the folder that it is started in."""
    environment = {"PATH": os.environ["PATH"], "PYTHONSAFEPATH": "1"}

    done = subprocess.run(["make", "cost", "ARGS=--users 1000"], cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("action", "words"), [
    ("add", 'client add --stage "dev" --id ""'),
    ("disable", 'client disable --stage "dev" --id ""'),
    ("list", 'client list --stage "dev"')])
def test_a_client_id_is_handed_on_where_one_is_needed(action: str, words: str) -> None:
    """Also an empty one, so that the program can ask for it."""
    command = ["make", "--dry-run", "--no-print-directory", "client", "STAGE=dev",
               f"ACTION={action}", "TOOLS="]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert " ".join(shown.replace("\\\n", "").split()).endswith(words)


@pytest.mark.parametrize(("variables", "words"), [
    ([], 'rotate-signing-key --stage "dev"'),
    (["REVOKE=1"], 'rotate-signing-key --stage "dev" --revoke')])
def test_a_key_is_revoked_only_when_that_is_asked_for(variables: list[str], words: str) -> None:
    command = ["make", "--dry-run", "--no-print-directory", "rotate-signing-key", "STAGE=dev",
               *variables, "TOOLS="]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert " ".join(shown.replace("\\\n", "").split()).endswith(words)
