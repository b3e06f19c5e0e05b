"""The whole stack, with the client that the pages use."""

from collections.abc import Iterator

import pytest

from scripts import operate
from scripts.emulator import Emulator, free_port
from scripts.local_stack import LocalStack
from scripts.run import CLIENT_ID


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Stage local, just deployed, with nobody signed up."""
    with Emulator(tmp_path_factory.mktemp("stack"), free_port()) as emulator:
        stack = LocalStack(emulator)
        stack.deploy()
        operate.ensure_client(emulator.client("dynamodb"), stack.outputs(), CLIENT_ID)
        yield stack
