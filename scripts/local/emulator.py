"""The emulator: one process in a folder of its own, whose state is saved when it stops in order.

It enforces IAM, and runs the functions on its own Python, which therefore lives in a virtual
environment without packages that a function could use by mistake.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import botocore.session
from botocore.config import Config

from scripts.checkout import ROOT, Refused
from scripts.local.run_record import RunRecord

REGION = "us-west-2"
# Where `make run` keeps its state.
LOCAL_FOLDER = ROOT / ".local" / "run"
PYTHON = ROOT / ".local" / "emulator-venv" / "bin" / "python"
START_SECONDS, STOP_SECONDS = 30, 60
# The emulator takes these for the account's root.
ROOT_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Emulator:
    """`folder` keeps the saved state, the log and scratch space; `port` is on 127.0.0.1.

    As a context it starts on entry, and saves and stops on exit.
    """

    def __init__(self, folder: Path, port: int, python: Path = PYTHON) -> None:
        self.folder, self.port, self._python = folder, port, python
        self.endpoint = f"http://127.0.0.1:{port}"
        self._record = RunRecord(folder)
        self._scratch = folder / "scratch"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> "Emulator":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.folder / "emulator.log"

    def start(self) -> bool:
        """Return when the emulator answers, or raise Refused. The result is whether the last
        run was killed and lost what it had not saved."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_folder()
        try:
            return self._start()
        except BaseException:
            self.discard()
            raise

    def _start(self) -> bool:
        lost = self._left_unsaved()
        if not port_is_free(self.port):
            raise Refused(f"Port {self.port} of 127.0.0.1 is in use; "
                          f"choose another one, as in `make run PORT={self.port + 1}`.")
        self._spawn()
        in_time = _wait_until(lambda: not self.is_running() or self._answers(), START_SECONDS)
        if not in_time or not self.is_running():
            raise Refused(f"The emulator does not start; its log is {self.log}.")
        return lost

    def _take_folder(self) -> None:
        """Hold the folder as long as this process lives."""
        self._lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise Refused("The stack of this checkout is running already; "
                          "stop it with Ctrl-C in its terminal.") from None

    def _left_unsaved(self) -> bool:
        """Return whether a run was killed and lost what it had not saved. An emulator that
        outlived its run saves now."""
        pid = self._record.read("pid")
        if pid is None or not self._is_emulator(pid):
            return self._record.exists()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        saved = _wait_until(lambda: not self._is_emulator(pid), STOP_SECONDS)
        _kill_group(pid)
        if saved:
            self._record.remove()
        return not saved

    def _is_emulator(self, pid: int) -> bool:
        """Whether the process with this id is our emulator, because process ids are used
        again."""
        shown = subprocess.run(["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)],
                               capture_output=True, text=True, check=False).stdout
        return str(self._python) in shown and not shown.startswith("Z")

    def _spawn(self) -> None:
        # Functions of an emulator that was killed may still write into its scratch space.
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=self._scratch))
        with self.log.open("ab") as log:
            # In a session of its own it does not get the terminal's Ctrl-C, so that we can stop
            # it in order.
            self._process = subprocess.Popen(
                [self._python, "-m", "ministack"], env=self._environment(scratch), cwd=scratch,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self._record.write(self._process.pid, self.port)

    def _environment(self, scratch: Path) -> dict[str, str]:
        """Nothing of the caller's environment: the functions inherit all of this."""
        return {
            "PATH": "/usr/bin:/bin", "HOME": str(scratch), "TMPDIR": str(scratch),
            "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1",
            "GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0",
            "MINISTACK_REGION": REGION, "AUTH": "true",
            "PERSIST_STATE": "1", "STATE_DIR": str(self.folder / "state"),
            "S3_PERSIST": "1", "S3_DATA_DIR": str(self.folder / "s3"),
        }

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=1):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """Save and stop; the state of an emulator that will not stop is not saved."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"The emulator did not save; its log is {self.log}.", file=sys.stderr)
        self.discard()

    def discard(self) -> None:
        """Stop at once, if need be, and leave what was saved before as it is."""
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.wait()
            self._record.remove()
            shutil.rmtree(self._scratch, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
        # The folder may be another run's from here on.
        self._process = self._lock = None

    def sent_mail(self) -> list[dict[str, Any]]:
        """Return what was handed to SES, the oldest first."""
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/ses/messages") as answer:
            by_account = json.load(answer)["messages"]
        return sorted((message for messages in by_account.values() for message in messages),
                      key=lambda message: float(message["Timestamp"]))

    def client(self, service: str, config: Config | None = None, **credentials: str) -> Any:
        """Return an AWS client of the emulator, by default as the account's root."""
        keys = credentials or {name.lower(): key for name, key in ROOT_CREDENTIALS.items()}
        return botocore.session.get_session().create_client(
            service, endpoint_url=self.endpoint, region_name=REGION, config=config, **keys)


def running_port(folder: Path) -> int | None:
    """Return the port of the emulator that runs in `folder`, None if none does."""
    port = RunRecord(folder).read("port")
    return None if port is None or port_is_free(port) else port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kill_group(pid: int) -> None:
    """Kill an emulator and the functions that it runs: it leads a process group of its own."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _wait_until(done: Any, seconds: float) -> bool:
    """Return whether `done()` became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False
