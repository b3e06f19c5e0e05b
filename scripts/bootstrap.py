"""Check what the machine must bring, and install the rest into the checkout.

It runs on any `python3`, before anything is installed. It therefore imports only the standard
library and uses no syntax that an old Python cannot read, so that it can still say which Python
is needed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List, Sequence

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
# The first import of scripts also prepares the environment of pip and npm.
from scripts.machine import check_node, check_port, check_python  # noqa: E402

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


def install_python(folder: str, *requirements: str) -> None:
    """Make the virtual environment `folder` hold exactly these lists of locked requirements:
    each file must have a hash that its list names, and none is built from source here."""
    check_python()
    program = os.path.join("bin", "python")
    with turn():
        if is_ready(folder, program, requirements):
            return
        print("Installing %s into %s" % (" and ".join(requirements), folder), flush=True)
        remove(folder)
        home = os.path.join(ROOT, folder)
        python = os.path.join(home, program)
        run([sys.executable, "-m", "venv", home],
            "Python's venv module does not work here; on Debian, `apt install python3-venv`.")
        files = [os.path.join(ROOT, name) for name in requirements]
        run([python, "-m", "pip", "-qq", "--disable-pip-version-check", "install",
             "--require-hashes", "--no-deps", "--only-binary=:all:"]
            + [part for file in files for part in ("-r", file)],
            "pip could not install " + " and ".join(requirements) + ".")
        require_installed(python, [pin for file in files for pin in pins(file)])
        stamp(folder, requirements)


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


def install_node(folder: str, program: str) -> None:
    """Make the node_modules of `folder` hold what its lists lock; `program` is to be there then."""
    lists = [os.path.normpath(os.path.join(folder, name))
             for name in ("package.json", "package-lock.json")]
    home = os.path.normpath(os.path.join(folder, "node_modules"))
    with turn():
        if is_ready(home, program, lists):
            return
        check_node()
        print("Installing %s into %s" % (lists[1], home), flush=True)
        remove(home)
        # A file of settings cannot leave out what is named here.
        run(["npm", "ci", "--prefix=" + folder, "--include=dev", "--global=false",
             "--dry-run=false", "--bin-links=true", "--ignore-scripts", "--no-audit", "--no-fund",
             "--update-notifier=false", "--loglevel=error"],
            "npm could not install %s." % lists[1])
        if not os.access(os.path.join(ROOT, home, program), os.X_OK):
            sys.exit("npm says that it has installed %s, and %s is not there. Does an .npmrc leave "
                     "it out? `npm config list` shows it." % (lists[1], os.path.basename(program)))
        stamp(home, lists)


def run(command: List[str], complaint: str) -> None:
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        sys.exit(complaint)


@contextmanager
def turn() -> Iterator[None]:
    """Wait while another command installs, which would remove what we install."""
    with open(os.path.abspath(__file__)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_ready(folder: str, program: str, lists: Sequence[str]) -> bool:
    """Whether what these lists name is installed in `folder`, here or in the checkout PREPARED
    of an image, from which it is then taken. Lists are compared by content, because the files
    of a fresh clone are always new."""
    if installed(ROOT, folder, program) == fingerprint(lists):
        return True
    prepared = os.environ.get("PREPARED")
    if not prepared or installed(prepared, folder, program) != fingerprint(lists):
        return False
    remove(folder)
    os.makedirs(os.path.dirname(os.path.join(ROOT, folder)), exist_ok=True)
    os.symlink(os.path.join(os.path.abspath(prepared), folder), os.path.join(ROOT, folder))
    return True


def installed(root: str, folder: str, program: str) -> str:
    """Return the fingerprint of what is installed there; empty if `program` is gone, such as the
    Python that a virtual environment was made with."""
    home = os.path.join(root, folder)
    try:
        with open(os.path.join(home, "installed")) as file:
            return file.read() if os.access(os.path.join(home, program), os.X_OK) else ""
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


def main(step: str, *arguments: str) -> None:
    steps: Dict[str, Callable[..., None]] = {
        "check-python": check_python, "check-node": check_node, "check-port": check_port,
        "python": install_python, "node": install_node}
    steps[step](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
