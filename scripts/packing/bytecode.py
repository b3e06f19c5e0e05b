"""The bytecode in a zip, made by a Python of the line that runs it."""

import os
import platform
import subprocess
import sys
from pathlib import Path

LAMBDA_PYTHON = "3.13"
TASK_FOLDER = "/var/task"


def lambda_python() -> tuple[str, str] | None:
    """Return the command and full version of a Python that makes Lambda's bytecode, if any.

    pyenv's own `python3.13` only works in folders that name that version, so it is looked
    for among the versions that pyenv keeps.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))
    kept = sorted(map(str, pyenv.glob(f"versions/{LAMBDA_PYTHON}.*/bin/python{LAMBDA_PYTHON}")))
    for command in (f"python{LAMBDA_PYTHON}", sys.executable, *kept):
        try:
            version = subprocess.run(
                [command, "-c", "import platform; print(platform.python_version())"],
                check=True, capture_output=True, text=True, env=_environment()).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            continue
        if version.startswith(f"{LAMBDA_PYTHON}."):
            return command, version
    return None


def this_python() -> tuple[str, str]:
    """Return the command and full version of the Python that runs here."""
    return sys.executable, platform.python_version()


def compile_tree(command: str, folder: Path) -> None:
    """Write bytecode next to the sources. Nobody changes what was unpacked from a zip, so it is
    never checked against them."""
    subprocess.run(
        [command, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
         "-s", str(folder), "-p", TASK_FOLDER, str(folder)],
        check=True, env=_environment())


def _environment() -> dict[str, str]:
    """Return an environment in which the same sources give the same bytecode, in its place: it
    has a fixed hash seed, and none of the shell's variables for Python, such as
    PYTHONPYCACHEPREFIX and PYTHONOPTIMIZE."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("PYTHON")} | {"PYTHONHASHSEED": "0"}
