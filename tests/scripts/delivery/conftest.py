"""What all tests of the steps share: nothing pauses before it asks again."""

import pytest

from scripts.delivery import aws, patience


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE_SECONDS", 0)
    # A waiter divides by it.
    monkeypatch.setattr(aws, "POLL_SECONDS", 0.001)
