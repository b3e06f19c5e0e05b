"""osls without credentials, which runs many times in one process (one_osls.js says why)."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from scripts.checkout import ROOT

# The longest run of osls takes a few seconds.
PATIENCE_SECONDS = 120


class OneOsls:
    """Called like the program: with its arguments, in the folder of a serverless.yml."""

    def __init__(self, conversation: IO[str]) -> None:
        self._conversation = conversation

    def __call__(self, *arguments: str | Path, folder: Path = ROOT
                 ) -> "subprocess.CompletedProcess[str]":
        given = [str(argument) for argument in arguments]
        self._conversation.write(json.dumps({"folder": str(folder), "given": given}) + "\n")
        self._conversation.flush()
        told: dict[str, Any] = json.loads(self._conversation.readline())
        return subprocess.CompletedProcess(given, told["status"], told["stdout"], told["stderr"])


@contextmanager
def running() -> Iterator[OneOsls]:
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("AWS_")}
    ours, its = socket.socketpair()
    program = ["node", str(Path(__file__).with_suffix(".js")), str(its.fileno())]
    with ours, subprocess.Popen(program, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                                pass_fds=(its.fileno(),)) as process:
        its.close()
        ours.settimeout(PATIENCE_SECONDS)
        with ours.makefile("rw", encoding="utf-8") as conversation:
            try:
                yield OneOsls(conversation)
            finally:
                ours.shutdown(socket.SHUT_WR)
                process.wait(PATIENCE_SECONDS)
