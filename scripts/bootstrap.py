"""Check what the machine must bring, and install the rest into the checkout.

It runs on any `python3`, before anything is installed. It therefore imports only the standard
library and uses no syntax that an old Python cannot read, so that it can still say which Python
is needed.
"""

import errno
import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
import scripts  # noqa: E402, F401  # prepares the environment of pip and npm

LEAST_PYTHON = (3, 11)
LEAST_NODE = (20, 19)
PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;\\]+)(?!.*;)")
# What the installed Python itself finds, whatever pip said.
FIND = """
import sys
from importlib import metadata
for pin in sys.argv[1:]:
    name, version = pin.split("==")
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = None
    if found != version:
        print(pin)
"""


def check_python() -> None:
    if sys.version_info < LEAST_PYTHON:
        sys.exit("Python %d.%d or newer is needed, and this is %d.%d; name another one, as in "
                 "`make run PYTHON=python3.13`." % (LEAST_PYTHON + tuple(sys.version_info[:2])))


def check_node() -> None:
    advice = "Node.js %d.%d or newer, with npm, is needed for the Serverless CLI" % LEAST_NODE
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.exit(advice + ", and there is none on the PATH; https://nodejs.org has it.")
    answer = subprocess.run(["node", "--version"], stdout=subprocess.PIPE).stdout.decode().strip()
    version = re.match(r"v(\d+)\.(\d+)\.", answer)
    if version is None:
        sys.exit(advice + ", and `node --version` does not say which one this is.")
    if (int(version.group(1)), int(version.group(2))) < LEAST_NODE:
        sys.exit(advice + ", and this is " + answer + ".")


def check_port(port: str) -> None:
    if not (port.isdigit() and 0 < int(port) < 65536):
        sys.exit("PORT is " + port + ", and must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            if error.errno == errno.EACCES:
                sys.exit("Port %s is only for root; choose one from 1024 to 65535, as in "
                         "`make run PORT=4566`." % port)
            if is_ours(int(port)):
                return
            other = int(port) + 1 if int(port) < 65535 else 4566
            sys.exit("Port %s of 127.0.0.1 is in use, perhaps by another `make run`; choose "
                     "another one, as in `make run PORT=%d`." % (port, other))


def is_ours(port: int) -> bool:
    """Whether a `make run` of this checkout has the port, which scripts/run.py deals with."""
    try:
        with open(os.path.join(ROOT, ".local", "run", "running.json")) as record:
            return bool(json.load(record)["port"] == port)
    except (OSError, ValueError):
        return False


def install_python(folder: str, *requirements: str) -> None:
    """Make the virtual environment `folder` hold exactly these requirement files."""
    check_python()
    home = os.path.join(ROOT, folder)
    files = [os.path.join(ROOT, name) for name in requirements]
    with turn(home) as is_done:
        if is_done:
            return
        print("Installing %s into %s" % (" and ".join(requirements), folder), flush=True)
        shutil.rmtree(home, ignore_errors=True)
        python = os.path.join(home, "bin", "python")
        run([sys.executable, "-m", "venv", home],
            "Python's venv module does not work here; on Debian, `apt install python3-venv`.")
        run([python, "-m", "pip", "-qq", "--disable-pip-version-check", "install"]
            + [part for file in files for part in ("-r", file)],
            "pip could not install " + " and ".join(requirements) + ".")
        require_installed(python, [pin for file in files for pin in pins(file)])
        stamp(home)


def pins(file: str) -> List[str]:
    """Return what a file of requirements pins on every machine, as `name==version`."""
    found = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            pin = PINNED.match(line)
            if pin:
                found.append("%s==%s" % (pin.group(1), pin.group(2)))
            elif line.startswith("-r "):
                found += pins(os.path.join(os.path.dirname(file), line[3:].strip()))
    return found


def require_installed(python: str, wanted: List[str]) -> None:
    found = subprocess.run([python, "-I", "-c", FIND] + wanted, stdout=subprocess.PIPE)
    missing = found.stdout.decode().split()
    if found.returncode or missing:
        sys.exit("pip says that it has installed everything, and %s is not there. Does a pip.conf "
                 "send packages elsewhere? `pip config list` shows it."
                 % (" ".join(missing) or "nothing"))


def install_node() -> None:
    check_node()
    home = os.path.join(ROOT, "node_modules")
    with turn(home) as is_done:
        if is_done:
            return
        print("Installing the Serverless CLI into node_modules", flush=True)
        # A file of settings cannot leave out what is named here.
        run(["npm", "ci", "--include=dev", "--global=false", "--dry-run=false", "--bin-links=true",
             "--ignore-scripts", "--no-audit", "--no-fund",
             "--update-notifier=false", "--loglevel=error"],
            "npm could not install package-lock.json.")
        if not os.access(os.path.join(home, ".bin", "osls"), os.X_OK):
            sys.exit("npm says that it has installed package-lock.json, and osls is not there. "
                     "Does an .npmrc leave it out? `npm config list` shows it.")
        stamp(home)


def run(command: List[str], complaint: str) -> None:
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        sys.exit(complaint)


@contextmanager
def turn(home: str) -> Iterator[bool]:
    """Wait while another command installs, which would remove what we install; yield whether
    it has done our work."""
    before = stamped_at(home)
    with open(os.path.abspath(__file__)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield stamped_at(home) != before


def stamped_at(home: str) -> float:
    try:
        return os.path.getmtime(os.path.join(home, "installed"))
    except OSError:
        return 0.0


def stamp(home: str) -> None:
    """The Makefile compares this file's time with those of the lists of requirements."""
    with open(os.path.join(home, "installed"), "w"):
        pass


def main(step: str, *arguments: str) -> None:
    steps: Dict[str, Callable[..., None]] = {
        "check-python": check_python, "check-node": check_node, "check-port": check_port,
        "python": install_python, "node": install_node}
    steps[step](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
