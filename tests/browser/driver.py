"""Scenarios in a browser: a program of Node.js runs them, and reports what the pages saw."""

import json
import signal
import subprocess
from collections.abc import Mapping
from typing import Any

from scripts.checkout import ROOT
from scripts.local.process import kill_group

PROGRAM = ROOT / "tests" / "browser" / "driver" / "run.mjs"
# A busy machine needs several times as long as an idle one.
TIMEOUT_SECONDS, RUN_SECONDS = 480, 20
END_SECONDS = 10

Report = dict[str, Any]


class Failed(Report):
    """The report of a scenario that broke off: whoever looks into it hears why."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self._reason = reason

    def __missing__(self, key: str) -> None:
        raise AssertionError(self._reason)


class Driver:
    """A browser whose pages are of the origin that the stage allows, or of a foreign one."""

    def __init__(self, browser: str, executable: str, **settings: object) -> None:
        self.browser = browser
        self._settings = settings | {"browser": browser, "executable": executable}

    def run(self, *runs: Mapping[str, object]) -> list[Report]:
        """Return the reports of scenarios that run at once; each names its `scenario`, the `build`
        of the client if it is not the real one, and what else the scenario asks for."""
        process = subprocess.Popen(["node", str(PROGRAM)], text=True, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            output, errors = process.communicate(
                json.dumps(self._settings | {"runs": runs}),
                timeout=max(TIMEOUT_SECONDS, RUN_SECONDS * len(runs)))
        except BaseException:
            _end(process)
            raise
        assert process.returncode == 0, errors
        return [Failed(report["failed"]) if "failed" in report else report
                for report in json.loads(output)]


def _end(process: "subprocess.Popen[str]") -> None:
    """Let it close its browser, which is in a process group of its own."""
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        process.communicate()
