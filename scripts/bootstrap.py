"""Check what the machine must bring, and install the rest into the checkout.

It runs on any `python3`, before anything is installed. It therefore imports only the standard
library and uses no syntax that an old Python cannot read, so that it can still say which Python
is needed.
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from typing import Callable, Dict, List, Sequence

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEAST_PYTHON = (3, 11)
LEAST_NODE = (20, 19)


def check_python() -> None:
    if sys.version_info < LEAST_PYTHON:
        sys.exit("Python %d.%d or newer is needed, and this is %d.%d; name another one, as in "
                 "`make run PYTHON=python3.13`." % (LEAST_PYTHON + tuple(sys.version_info[:2])))


def check_node() -> None:
    advice = "Node.js %d.%d or newer, with npm, is needed for the Serverless CLI" % LEAST_NODE
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.exit(advice + ", and there is none on the PATH; https://nodejs.org has it.")
    answer = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, check=True)
    version = answer.stdout.decode().strip()
    numbers = tuple(int(number) for number in version.lstrip("v").split(".")[:2])
    if numbers < LEAST_NODE:
        sys.exit(advice + ", and this is " + version + ".")


def check_port(port: str) -> None:
    if not (port.isdigit() and 0 < int(port) < 65536):
        sys.exit("PORT is " + port + ", and must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            if is_ours(int(port)):
                return
            sys.exit("Port %s of 127.0.0.1 is in use, perhaps by another `make run`; choose "
                     "another one, as in `make run PORT=%d`." % (port, int(port) + 1))


def is_ours(port: int) -> bool:
    """Whether a `make run` of this checkout has the port, which scripts/run.py deals with."""
    try:
        with open(os.path.join(ROOT, ".local", "run", "running.json")) as record:
            return bool(json.load(record)["port"] == port)
    except (OSError, ValueError):
        return False


def install_python(folder: str, *requirements: str) -> None:
    """Make the virtual environment `folder` hold exactly these lists of locked requirements:
    each file must have a hash that its list names, and none is built from source here."""
    check_python()
    if is_ready(folder, requirements):
        return
    print("Installing %s into %s" % (" and ".join(requirements), folder), flush=True)
    remove(folder)
    home = os.path.join(ROOT, folder)
    python = os.path.join(home, "bin", "python")
    run([sys.executable, "-m", "venv", home],
        "Python's venv module does not work here; on Debian, `apt install python3-venv`.")
    files = [part for name in requirements for part in ("-r", os.path.join(ROOT, name))]
    run([python, "-m", "pip", "-qq", "--disable-pip-version-check", "install",
         "--require-hashes", "--no-deps", "--only-binary=:all:"] + files,
        "pip could not install " + " and ".join(requirements) + ".")
    stamp(folder, requirements)


def install_node() -> None:
    lists = ["package.json", "package-lock.json"]
    if is_ready("node_modules", lists):
        return
    check_node()
    print("Installing the Serverless CLI into node_modules", flush=True)
    remove("node_modules")
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not install package-lock.json.")
    stamp("node_modules", lists)


def is_ready(folder: str, lists: Sequence[str]) -> bool:
    """Whether what these lists name is installed in `folder`, here or in the checkout PREPARED
    of an image, from which it is then taken. Lists are compared by content, because the files
    of a fresh clone are always new."""
    if installed(ROOT, folder) == fingerprint(lists):
        return True
    prepared = os.environ.get("PREPARED")
    if not prepared or installed(prepared, folder) != fingerprint(lists):
        return False
    remove(folder)
    os.makedirs(os.path.dirname(os.path.join(ROOT, folder)), exist_ok=True)
    os.symlink(os.path.join(os.path.abspath(prepared), folder), os.path.join(ROOT, folder))
    return True


def installed(root: str, folder: str) -> str:
    try:
        with open(os.path.join(root, folder, "installed")) as file:
            return file.read()
    except OSError:
        return ""


def fingerprint(lists: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in lists:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def stamp(folder: str, lists: Sequence[str]) -> None:
    with open(os.path.join(ROOT, folder, "installed"), "w") as file:
        file.write(fingerprint(lists))


def remove(folder: str) -> None:
    """Remove what is installed there; of what an image brought, only the link to it."""
    home = os.path.join(ROOT, folder)
    if os.path.islink(home):
        os.unlink(home)
    shutil.rmtree(home, ignore_errors=True)


def run(command: List[str], complaint: str) -> None:
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(complaint)


def main(step: str, *arguments: str) -> None:
    steps: Dict[str, Callable[..., None]] = {
        "check-python": check_python, "check-node": check_node, "check-port": check_port,
        "python": install_python, "node": install_node}
    steps[step](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
