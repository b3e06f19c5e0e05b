"""What passes its smoke check is marked; an authorizer is asked itself, not what it once said."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.checkout import Refused
from scripts.delivery import checking
from scripts.delivery.functions import ALIAS, Function
from scripts.delivery.gateway import Gateway
from scripts.smoke.api import Api, Wrong
from tests.scripts.delivery.scripted_lambda import REGION, Script, scripted


@contextmanager
def live_before_and_after(before: str, after: str) -> Iterator[Script]:
    with scripted() as script:
        script.alias(ALIAS, before).state(before, "Active")
        script.alias(ALIAS, after).state(after, "Active")
        yield script


def test_what_has_the_traffic_is_marked_when_its_checks_have_passed() -> None:
    with live_before_and_after("7", "7") as script:
        script.marks("7")

        with checking.checked([script.function]) as live:
            assert live[script.function].number == "7"


def test_code_that_may_become_another_is_not_marked() -> None:
    with live_before_and_after("$LATEST", "$LATEST") as script, checking.checked(
            [script.function]):
        pass


def test_traffic_that_moves_while_it_is_checked_is_not_marked() -> None:
    with live_before_and_after("7", "8") as script, pytest.raises(
            Refused, match="has moved the traffic of ping while this was checked"), \
            checking.checked([script.function]):
        pass


def test_what_fails_its_check_is_not_marked() -> None:
    with scripted() as script:
        script.alias(ALIAS, "7").state("7", "Active")

        with pytest.raises(Wrong), checking.checked([script.function]):
            raise Wrong("pang")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a check does, in order."""
    done: list[str] = []

    def smoke(function: str, _api: Api) -> str:
        done.append(f"asks {function}")
        return "fine"

    monkeypatch.setattr(checking, "smoke", smoke)
    return done


def check(name: str, done: list[str], has_cache: bool = True) -> str:
    class Cache(Gateway):
        def forget_callers(self) -> bool:
            done.append("empties the cache")
            return has_cache

    return checking.check(Function(name, "dev", REGION), Api("https://api", "pipeline"),
                          Cache("dev", REGION))


@pytest.mark.parametrize("name", ["authorizer", "clientIdAuthorizer"])
def test_the_cache_is_emptied_before_an_authorizer_is_asked(name: str, done: list[str]) -> None:
    assert check(name, done) == "fine"
    assert done == ["empties the cache", f"asks {name}"]


def test_a_cache_that_is_not_there_is_said(done: list[str]) -> None:
    assert check("authorizer", done, has_cache=False) == (
        "fine; API Gateway has no cache here that could be emptied")


def test_of_others_no_answer_is_kept(done: list[str]) -> None:
    assert check("ping", done) == "fine"
    assert done == ["asks ping"]
