"""The steps put their parts together in the order that keeps the traffic safe."""

from typing import Any

import pytest

from scripts import deliver
from scripts.delivery import cancelled_steps, rollback


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a rollback does, in order."""
    done: list[str] = []

    def note(owner: object, name: str) -> None:
        def noted(*_: Any) -> list[Any]:
            done.append(name)
            return []
        monkeypatch.setattr(owner, name, noted)

    note(cancelled_steps, "stop")
    for name in ("unchecked", "one_back", "go"):
        note(rollback, name)
    return done


def roll_back(*options: str) -> None:
    arguments = deliver.parser().parse_args(
        ["rollback", "--stage", "dev", "--function", "ping", "--region", "us-west-2", *options])
    deliver.run_rollback(arguments)


def test_a_cancelled_step_is_stopped_before_the_traffic_is_looked_at(done: list[str]) -> None:
    """It would move the traffic once more, after it was taken back."""
    roll_back("--unchecked")

    assert done == ["stop", "unchecked", "go"]


def test_a_person_who_rolls_back_stops_nothing(done: list[str]) -> None:
    roll_back()

    assert done == ["one_back", "go"]
