"""DynamoDB Local: find or install it, start it in memory, stop it.

AWS publishes the engine inside the npm package `amplify-dynamodb-simulator`; it is unpacked
into .local/, which git ignores, and needs Java 17. DYNAMODB_LOCAL_HOME names a folder that
holds DynamoDBLocal.jar already.
"""

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.checkout import ROOT

CACHE = ROOT / ".local" / "dynamodb-local"
PACKAGE, VERSION = "amplify-dynamodb-simulator", "2.9.30"
INTEGRITY = ("xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp"
             "6Ry1o7TB6niIoXuQAnSewQ==")
JAR = "DynamoDBLocal.jar"
START_SECONDS, INSTALL_SECONDS = 60, 600


class NotHere(Exception):
    """DynamoDB Local cannot run on this machine; the text says why."""


@contextmanager
def running() -> Iterator[str]:
    """Yield the address of an empty DynamoDB Local, or raise NotHere."""
    java, home = _java(), _home()
    for _ in range(3):
        # Another program may take the free port first; then the next one is tried.
        port = _free_port()
        with _process(java, home, port) as process:
            if _is_up(process, port):
                yield f"http://127.0.0.1:{port}"
                return
    raise NotHere("DynamoDB Local does not start")


def _java() -> str:
    java = shutil.which("java")
    if java is None:
        raise NotHere("DynamoDB Local needs Java 17, and there is no java on the PATH")
    if subprocess.run([java, "-version"], capture_output=True).returncode:
        raise NotHere("DynamoDB Local needs Java 17, and `java -version` fails")
    return java


def _home() -> Path:
    """Return the folder of the jar, installing it if need be."""
    if "DYNAMODB_LOCAL_HOME" in os.environ:
        home = Path(os.environ["DYNAMODB_LOCAL_HOME"])
        if not (home / JAR).is_file():
            raise NotHere(f"DYNAMODB_LOCAL_HOME holds no {JAR}")
        return home
    home = CACHE / VERSION
    if not home.is_dir():
        _install(home)
    return home


def _install(home: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotHere(f"DynamoDB Local comes in npm's {PACKAGE}, and there is no npm on the PATH")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        tarball = _download(npm, scratch)
        with tarfile.open(tarball) as archive:
            archive.extractall(scratch, filter="data")
        try:
            (Path(scratch) / "package" / "emulator").rename(home)
        except OSError:
            # Another process of the same test run installed it meanwhile.
            if not (home / JAR).is_file():
                raise


def _download(npm: str, folder: str) -> Path:
    """Return npm's tarball, which holds what was pinned."""
    try:
        subprocess.run([npm, "pack", f"{PACKAGE}@{VERSION}", "--silent"], cwd=folder,
                       capture_output=True, check=True, timeout=INSTALL_SECONDS)
    except subprocess.SubprocessError as error:
        raise NotHere(f"npm cannot fetch {PACKAGE} {VERSION}") from error
    tarball = Path(folder) / f"{PACKAGE}-{VERSION}.tgz"
    digest = hashlib.sha512(tarball.read_bytes()).digest()
    if base64.b64encode(digest).decode("ascii") != INTEGRITY:
        raise NotHere(f"npm fetched a {PACKAGE} {VERSION} with another content than was pinned")
    return tarball


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _process(java: str, home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    # Its SQLite finds its native library beside its own jar. It does not run for long enough to
    # get back the time of Java's better compiler, or of a collector that works beside it.
    command = [java, "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR,
               "-inMemory", "-disableTelemetry", "-port", str(port)]
    process = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_up(process: "subprocess.Popen[bytes]", port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process.poll() is None
        except OSError:
            time.sleep(0.1)
    return False
