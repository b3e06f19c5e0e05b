"""The emulator: one process in a folder of its own, whose state is saved when it stops in order.

It enforces IAM, and runs the functions on its own Python, which therefore lives in a virtual
environment without packages that a function could use by mistake.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from botocore.config import Config

from scripts.checkout import ROOT, Refused
from scripts.local import clients
from scripts.local.clients import REGION
from scripts.local.folder_lock import FolderLock
from scripts.local.process import (STOP_SECONDS, complaint, end, is_emulator, kill_group, log_of,
                                   wait_until)
from scripts.local.run_record import RunRecord

# Where `make run` keeps its state.
LOCAL_FOLDER = ROOT / ".local" / "run"
PYTHON = ROOT / ".local" / "emulator-venv" / "bin" / "python"
START_SECONDS = 30


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
        self._watcher: subprocess.Popen[bytes] | None = None
        self._lock = FolderLock(folder)

    def __enter__(self) -> "Emulator":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return log_of(self.folder)

    def start(self) -> bool:
        """Return when the emulator answers, or raise Refused. The result is whether the last
        run was killed and lost what it had not saved."""
        try:
            self._lock.take()
            return self._start()
        except BaseException:
            self.discard()
            raise

    def _start(self) -> bool:
        lost = self._left_unsaved()
        self._require_port()
        logged = self._logged()
        self._spawn()
        in_time = wait_until(lambda: not self.is_running() or self._listens(logged), START_SECONDS)
        if not in_time or not self.is_running():
            # Another run may have taken it meanwhile.
            self._require_port()
            raise Refused(f"The emulator does not start; its log is {self.log}.")
        return lost

    def _require_port(self) -> None:
        if not port_is_free(self.port):
            raise Refused(f"Port {self.port} of 127.0.0.1 is in use; choose another one, as in "
                          f"`make run PORT={self.port + 1 if self.port < 65535 else 4566}`.")

    def _left_unsaved(self) -> bool:
        """Return whether a run was killed and lost what it had not saved. An emulator that
        outlived its run, and its watcher, saves now."""
        pid = self._record.read("pid")
        if pid is None or not is_emulator(pid, self._python):
            return self._record.exists()
        saved = end(pid, self._python, self.folder)
        if saved:
            self._record.remove()
        return not saved

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
        self._watcher = subprocess.Popen(
            [sys.executable, "-m", "scripts.local.process", self.folder, str(self._process.pid),
             self._python], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, pass_fds=[self._lock.fileno()])

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

    def _logged(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _listens(self, logged: int) -> bool:
        """Whether it says so after this many bytes of its log. Another emulator could answer on
        the port, if both were started at once."""
        with self.log.open("rb") as log:
            log.seek(logged)
            return f"Running on {self.endpoint}".encode() in log.read()

    def stop(self) -> str:
        """Save and stop; return what was not saved and why, or an empty text. The state of an
        emulator that will not stop is not saved."""
        wrong, logged = "", self._logged()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
                wrong = complaint(self.folder, logged)
            except subprocess.TimeoutExpired:
                wrong = f"it did not stop within {STOP_SECONDS} s"
        self.discard()
        return wrong

    def discard(self) -> None:
        """Stop at once, if need be, and leave what was saved before as it is."""
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait()
            self._record.remove()
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._lock.release()
        # The folder may be another run's from here on.
        self._process = self._watcher = None

    def sent_mail(self) -> list[dict[str, Any]]:
        """Return what was handed to SES, the oldest first."""
        by_account = clients.get_json(f"{self.endpoint}/_ministack/ses/messages")["messages"]
        return sorted((message for messages in by_account.values() for message in messages),
                      key=lambda message: float(message["Timestamp"]))

    def client(self, service: str, config: Config | None = None, **credentials: str) -> Any:
        """Return an AWS client of the emulator, by default as the account's root."""
        return clients.aws_client(service, self.endpoint, config, **credentials)


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
