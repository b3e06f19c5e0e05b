"""One execution environment: a process of the runtime interface client and its Runtime API."""

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.packages import Package
from benchmarks.runtime_api import FunctionFailed, RuntimeApi


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Milliseconds: from the spawn until the process is ready, and until its first answer."""

    init_ms: float
    first_answer_ms: float
    cpu_ms: float


class LambdaProcess:
    """Starts `package` on `python`; as a context, stops it on exit."""

    def __init__(self, python: Path, package: Package, environment: Mapping[str, str]) -> None:
        self._api = RuntimeApi()
        self._spawned_at = time.perf_counter()
        self._process = subprocess.Popen(
            [str(python), "-m", "awslambdaric", package.handler], cwd=package.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "HOME": "/nonexistent",
                 "AWS_LAMBDA_RUNTIME_API": self._api.address,
                 "LAMBDA_TASK_ROOT": str(package.folder), "_HANDLER": package.handler,
                 "AWS_LAMBDA_FUNCTION_NAME": package.handler,
                 "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769", **environment})

    def __enter__(self) -> "LambdaProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._api.close()

    def first(self, event: Mapping[str, Any]) -> tuple[ColdStart, Any]:
        """Return what the start and the first answer took, and that answer."""
        ready_at = self._api.wait_until_ready()
        _, answered_at, answer = self._api.invoke(event)
        start = ColdStart((ready_at - self._spawned_at) * 1000,
                          (answered_at - self._spawned_at) * 1000, self.cpu_ms())
        return start, answer

    def call(self, event: Mapping[str, Any]) -> tuple[float, Any]:
        """Return the milliseconds that a warm call took, and its answer."""
        self._api.wait_until_ready()
        sent_at, answered_at, answer = self._api.invoke(event)
        return (answered_at - sent_at) * 1000, answer

    def cpu_ms(self) -> float:
        """Return the processor time of all threads so far, in milliseconds (Linux only)."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def peak_mb(self) -> float:
        """Return the most resident memory so far, in megabytes (Linux only)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


def must_succeed(answer: Any) -> None:
    """Raise FunctionFailed unless the answer is that of a success."""
    status = answer.get("statusCode", 200)
    if not 200 <= status < 300:
        raise FunctionFailed(f"{status} {answer.get('body')}")
