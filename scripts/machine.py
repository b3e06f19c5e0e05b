"""What the machine must bring: a Python, a Node.js and a free port.

It imports only the standard library and uses no syntax that an old Python cannot read, because
scripts/bootstrap.py uses it.
"""

import errno
import json
import os
import re
import shutil
import socket
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEAST_PYTHON = (3, 11)
LEAST_NODE = (20, 19)


def check_python() -> None:
    if sys.version_info < LEAST_PYTHON:
        sys.exit("Python %d.%d or newer is needed, and this is %d.%d; name another one, as in "
                 "`make run PYTHON=python3.13`." % (LEAST_PYTHON + tuple(sys.version_info[:2])))


def check_node() -> None:
    advice = "Node.js %d.%d or newer, with npm, is needed" % LEAST_NODE
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
