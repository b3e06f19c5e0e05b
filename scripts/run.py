"""`make run`: the whole stack on this machine, its accounts kept in .local/ until `make clean`.

Ctrl-C, SIGTERM, a terminal that is closed and output that nobody reads any more save and stop.
Whatever interrupts a deployment leaves the state as it was saved before.
"""

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError

from scripts import last_words
from scripts.checkout import ROOT, Refused
from scripts.environment import PROXIES
from scripts.local.emulator import LOCAL_FOLDER, Emulator
from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices
from shared.clients import ACCOUNT_PAGES

CLIENT_ID = "local-app"
POLL_SECONDS = 0.5


class Stop(BaseException):
    """Somebody has asked the program to stop."""


def tour(base_url: str) -> str:
    """Return the shell lines of the README's tour, for this base URL, around a proxy."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = page.split("## The tour", 1)[1].split("```sh\n", 1)[1].split("```", 1)[0]
    first = f"BASE={base_url}\n"
    if any(name.lower() in PROXIES for name in os.environ):
        first += f"export no_proxy={os.environ['no_proxy']}\n"
    return "".join(first if line.startswith("BASE=") else line
                   for line in lines.splitlines(keepends=True))


def run(port: int, folder: Path) -> None:
    """Start, deploy, show the tour and print the functions' logs until Stop."""
    began = time.monotonic()
    emulator = Emulator(folder, port)
    try:
        if emulator.start():
            print("The last run was killed; what it had not saved is lost.", flush=True)
        stack = LocalStack(emulator)
        print(f"Emulator on {emulator.endpoint}, deploying stage local", flush=True)
        if not stack.deploy():
            print("Nothing has changed since it was deployed", flush=True)
        ensure_clients(StageServices("local", stack.outputs(), emulator.client),
                       CLIENT_ID, ACCOUNT_PAGES)
    except BaseException:
        emulator.discard()
        raise
    try:
        print(f"\nAccount pages: {stack.pages_url}\n\n"
              f"Ready in {time.monotonic() - began:.0f} s: {stack.base_url}\n\n"
              f"{tour(stack.base_url)}\nLogs of the functions follow; Ctrl-C saves and stops.",
              flush=True)
        for line in log_lines(stack):
            print(line, flush=True)
    finally:
        _on_signals(signal.SIG_IGN)
        try:
            # Whoever reads the output, such as tee, may have got the same Ctrl-C.
            print("Saving and stopping", file=sys.stderr, flush=True)
        except OSError:
            last_words.silence()
        if wrong := emulator.stop():
            raise Refused(f"Not everything was saved: {wrong}. The log is {emulator.log}.")


def log_lines(stack: LocalStack) -> Iterator[str]:
    """Yield the functions' log lines as they come, as long as somebody reads them; raise Refused
    when the emulator is gone."""
    # We ask again in a moment anyway, and the SDK would try for long to reach an emulator that is
    # gone.
    logs = stack.emulator.client("logs", Config(retries={"total_max_attempts": 1}))
    prefix = f"/aws/lambda/{stack.name}-"
    groups = logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    since = dict.fromkeys((group["logGroupName"] for group in groups), int(time.time() * 1000))
    printed = set()
    while stack.emulator.is_running() and not _nobody_reads():
        for group in since:
            for event in _events(stack, logs, group, since[group]):
                since[group] = max(since[group], event["timestamp"])
                seen = (event["logStreamName"], event["timestamp"], event["message"])
                if seen not in printed and _is_ours(event["message"]):
                    yield f"{group.removeprefix(prefix)} {event['message'].strip()}"
                printed.add(seen)
        time.sleep(POLL_SECONDS)
    if not stack.emulator.is_running():
        raise _gone(stack.emulator)


def _nobody_reads() -> bool:
    """Whether who reads our output has gone, as after `| head`. The next line would tell, and may
    be long in coming."""
    output = select.poll()
    output.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in output.poll(0))


def _events(stack: LocalStack, logs: Any, group: str, since: int) -> list[dict[str, Any]]:
    try:
        events: list[dict[str, Any]] = logs.filter_log_events(
            logGroupName=group, startTime=since)["events"]
    except BotoCoreError as error:
        # A connection breaks a moment before its process is seen to be gone.
        time.sleep(POLL_SECONDS)
        if not stack.emulator.is_running():
            raise _gone(stack.emulator) from error
        return []
    return events


def _gone(emulator: Emulator) -> Refused:
    return Refused("The emulator has stopped by itself; what it had not saved is lost. "
                   f"Its log is {emulator.log}.")


def _is_ours(message: str) -> bool:
    return not message.startswith(("START RequestId", "END RequestId", "REPORT RequestId"))


def _on_signals(action: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup ignores SIGHUP, and so do we then.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, action)  # type: ignore[arg-type]  # a handler or SIG_IGN


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 65535")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.run",
                                     description="Run the whole stack on this machine.")
    parser.add_argument("--port", type=_port, default=4566, help="on 127.0.0.1, default 4566")
    parser.add_argument("--folder", type=Path, default=LOCAL_FOLDER,
                        help="where the state is kept, default .local/run")
    arguments = parser.parse_args()
    _on_signals(_stop)
    try:
        run(arguments.port, arguments.folder.absolute())
    except Stop:
        return
    except BrokenPipeError:
        last_words.silence()
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
