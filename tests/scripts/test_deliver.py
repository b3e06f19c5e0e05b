"""The steps put their parts together in the order that keeps the traffic safe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from scripts import deliver
from scripts.checkout import Refused
from scripts.delivery import cancelled_steps, checking, rollback, whole_service

DOMAIN = "https://sessions.example.org"
EXECUTE_API = "https://a1.execute-api.us-west-2.amazonaws.com/dev"


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


@pytest.fixture
def smoked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a check does, in order."""
    smoked: list[str] = []

    @contextmanager
    def checked(_functions: object) -> Iterator[dict[object, object]]:
        yield {}
        smoked.append("marked")

    monkeypatch.setattr(checking, "checked", checked)
    monkeypatch.setattr(checking, "deployed_api", lambda *_: None)
    monkeypatch.setattr(checking, "check", lambda *_: smoked.append("checked"))
    monkeypatch.setattr(deliver, "wait_for_domain", lambda _api: smoked.append("waited"))
    return smoked


@pytest.mark.parametrize(("address", "typed", "order"), [
    (DOMAIN, [], ["waited", "checked", "marked"]), (EXECUTE_API, [], ["checked", "marked"]),
    (DOMAIN, ["--base-url", DOMAIN], ["checked", "marked"])])
def test_a_domain_that_the_stack_names_is_waited_for_before_the_checks(
        address: str, typed: list[str], order: list[str], smoked: list[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_service, "base_url", lambda *_: address)

    deliver.run_smoke(deliver.parser().parse_args(
        ["smoke", "--stage", "dev", "--function", "ping", "--region", "us-west-2", *typed]))

    assert smoked == order


def test_stage_local_has_no_stack_that_says_where_it_is(smoked: list[str]) -> None:
    with pytest.raises(Refused, match="set BASE_URL"):
        deliver.run_smoke(deliver.parser().parse_args(["smoke", "--stage", "local"]))

    assert smoked == []
