"""The Python that the functions run on, with Lambda's runtime client and SDK, and nothing else
that a function could lean on. Python 3.13 where the machine has it, as Lambda does.
"""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.checkout import ROOT
from scripts.packing.bytecode import lambda_python

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
HOME = ROOT / ".local" / "benchmark-venv"


@dataclass(frozen=True, slots=True)
class Runtime:
    """`is_lambdas` tells whether `version` is of the line that Lambda runs."""

    python: Path
    version: str
    is_lambdas: bool


def runtime() -> Runtime:
    """Return the runtime, after installing it if what is pinned has changed."""
    found = lambda_python()
    command, version = found or (sys.executable, sys.version.split()[0])
    python = HOME / "bin" / "python"
    stamp = HOME / "installed"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes() + version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        print(f"Installing the runtime (Python {version}) into {HOME.relative_to(ROOT)}",
              flush=True)
        subprocess.run([command, "-m", "venv", "--clear", str(HOME)], check=True)
        subprocess.run([str(python), "-m", "pip", "-qq", "--disable-pip-version-check",
                        "install", "--require-hashes", "--no-deps", "--only-binary=:all:",
                        "-r", str(REQUIREMENTS)], check=True)
        stamp.write_text(digest)
    return Runtime(python, version, found is not None)
