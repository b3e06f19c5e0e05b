"""The store under the functions: DynamoDB Local where Java is, else the emulator."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from scripts.local.emulator import PYTHON, Emulator
from tests.dynamodb_local import program


@dataclass(frozen=True, slots=True)
class Store:
    """`name` is what the results call it."""

    name: str
    address: str


@contextmanager
def running() -> Iterator[Store]:
    """Yield an empty store; it is gone on exit."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(program.running())
            store = Store(f"DynamoDB Local in memory ({program.PACKAGE} {program.VERSION})",
                          address)
        except program.NotHere as reason:
            if not PYTHON.exists():
                raise SystemExit(f"{reason}; and the emulator is not installed: "
                                 "`make run` installs it.") from None
            print(f"{reason}; the emulator takes its place.", flush=True)
            folder = Path(mkdtemp())
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            emulator = stack.enter_context(Emulator(folder, _free_port()))
            store = Store("emulator", emulator.endpoint)
        yield store


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
