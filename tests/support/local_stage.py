"""A stage local in an emulator of its own, for the tests of a folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.local.emulator import Emulator, free_port
from scripts.local.stack import LocalStack
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices

# The least that bcrypt takes, and no throttling.
QUICK = {"bcryptCost": "4", "requestsPerSecond": "10000", "requestBurst": "5000",
         "passwordsPerSecond": "10000", "passwordBurst": "5000"}


@contextmanager
def deployed(folder: Path, client_id: str, parameters: Mapping[str, str]) -> Iterator[LocalStack]:
    """Deploy a quick stage with these parameters and this client; discard it in the end."""
    emulator = Emulator(folder, free_port())
    emulator.start()
    try:
        stack = LocalStack(emulator, parameters=QUICK | dict(parameters))
        stack.deploy()
        ensure_clients(StageServices("local", stack.outputs(), emulator.client), client_id)
        yield stack
    finally:
        emulator.discard()
