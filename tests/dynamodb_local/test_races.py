"""Races on the real engine: many callers at once, each with services of its own."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import pytest

from shared.callers import Caller
from shared.identities import EMAIL_ADDRESS, Identity
from shared.password_hash import PasswordHash
from shared.sessions.state import BY_PASSWORD
from shared.sign_in.attempts import FORGET_ONE_SECONDS, FREE_ATTEMPTS
from shared.sign_in.passwords import Passwords
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import EMAIL, Answer, Pair
from tests.support.clock import Clock

ROUNDS = 12
Tab = Callable[[], HandlersAlone]


@pytest.fixture
def tab(cloud: LocalStage, clock: Clock) -> Tab:
    """Returns the application on services that nobody else uses."""
    return lambda: HandlersAlone(cloud.services(clock))


def sign_in_afresh(tab: Tab, email: str) -> Pair:
    assert tab().sign_up(email).status == 201
    return tab().sign_in(email).pair


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


@pytest.mark.parametrize("crowd", [2, 5, 20])
def test_an_address_that_many_sign_up_with_at_once_has_one_account(
        cloud: LocalStage, tab: Tab, crowd: int) -> None:
    answers = at_once([tab().sign_up for _ in range(crowd)])

    assert statuses(answers) == {201: 1, 409: crowd - 1}
    [account] = [answer.body["id"] for answer in answers if answer.status == 201]
    assert cloud.item("users")["UserId"] == account
    assert cloud.item("identities")["user_id"] == account


class CountedPasswords(Passwords):
    """Counts the guesses that reach the hash."""

    lock, reached = Lock(), 0

    def matches(self, password: str, stored: PasswordHash | None) -> bool:
        with self.lock:
            type(self).reached += 1
        return super().matches(password, stored)


@pytest.fixture
def counted_tab(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> Tab:
    monkeypatch.setattr(CountedPasswords, "reached", 0)

    def counted() -> HandlersAlone:
        made = tab()
        made.services.passwords = CountedPasswords(made.services.peppers, cost=4)
        return made

    return counted


@pytest.mark.parametrize("known", [True, False])
def test_of_forty_guesses_at_once_five_reach_the_hash(
        cloud: LocalStage, clock: Clock, tab: Tab, counted_tab: Tab, known: bool) -> None:
    if known:
        tab().sign_up()

    answers = at_once([partial(counted_tab().sign_in, password=f"wrong guess {guess}")
                       for guess in range(40)])

    assert statuses(answers) == {401: FREE_ATTEMPTS, 429: 40 - FREE_ATTEMPTS}
    assert CountedPasswords.reached == FREE_ATTEMPTS
    [tally] = [item for item in cloud.items("attempts") if "reservation" in item]
    assert tally["expires_at"] == clock.now + FREE_ATTEMPTS * FORGET_ONE_SECONDS


def test_when_the_wait_is_over_one_guess_of_many_reaches_the_hash(
        tab: Tab, counted_tab: Tab, clock: Clock) -> None:
    tab().sign_up()
    for guess in range(FREE_ATTEMPTS):
        assert tab().sign_in(password=f"wrong guess {guess}").status == 401

    for wait_seconds in (1, 2, 4, 8):
        clock.advance(wait_seconds)
        CountedPasswords.reached = 0
        answers = at_once([partial(counted_tab().sign_in, password=f"wrong guess {guess}")
                           for guess in range(12)])
        assert statuses(answers) == {401: 1, 429: 11}
        assert CountedPasswords.reached == 1


@pytest.mark.parametrize("tabs", [2, 4])
def test_tabs_that_refresh_at_once_get_the_same_next_pair(
        cloud: LocalStage, tab: Tab, clock: Clock, tabs: int) -> None:
    pair, refresh = sign_in_afresh(tab, EMAIL), [tab() for _ in range(tabs)]

    for generation in range(1, ROUNDS + 1):
        tab().authorize(pair.access_token)
        clock.advance(3600)
        answers = at_once([partial(each.refresh, pair) for each in refresh])

        assert statuses(answers) == {200: tabs}
        pairs = [answer.pair for answer in answers]
        for kind in ("access_token", "refresh_token"):
            told = [claims(getattr(each, kind)) for each in pairs]
            assert told == [told[0]] * tabs
            assert told[0]["gen"] == generation
        assert cloud.item("sessions")["generation"] == generation
        pair = pairs[0]


def test_a_session_that_ends_while_it_is_refreshed_does_not_come_back(
        cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        pair = sign_in_afresh(tab, f"reader{number}@example.org")
        tab().authorize(pair.access_token)
        clock.advance(3600)

        refreshed, renewed, ended = at_once([
            partial(tab().refresh, pair), partial(tab().refresh, pair),
            partial(tab().sign_out, pair.access_token)])

        assert ended.status == 200
        assert {refreshed.status, renewed.status} <= {200, 401}
        assert cloud.items("sessions") == []
        for answer in (refreshed, renewed):
            if answer.status == 200:
                assert tab().refresh(answer.pair).outcome == (401, "session_ended")


def test_forty_sign_ins_in_one_second_leave_ten_sessions(cloud: LocalStage, clock: Clock) -> None:
    """None ends its own session, and so one less may be left."""
    each = [cloud.services(clock) for _ in range(40)]

    ada = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0)
    opened = at_once([partial(services.sign_in.open, ada, BY_PASSWORD, Caller("web-app"),
                              lambda: None)
                      for services in each])

    live = {item["SessionId"] for item in cloud.items("sessions")}
    assert len(live) in (9, 10)
    assert live <= {session.session_id for session, *_ in opened}


@pytest.mark.parametrize("before", [0, 10])
def test_sign_ins_at_once_leave_ten_sessions(
        cloud: LocalStage, tab: Tab, clock: Clock, before: int) -> None:
    tab().sign_up()
    for _ in range(before):
        assert tab().sign_in().status == 201
        clock.advance(1)
    # A sign-in clears the attempts that another one has reserved, and they start anew.
    answers: list[Answer] = []
    for _ in range(4):
        answers += at_once([tab().sign_in for _ in range(4)])

    assert set(statuses(answers)) <= {201, 429}
    opened = {claims(answer.pair.access_token)["sid"] for answer in answers
              if answer.status == 201}
    live = {item["SessionId"] for item in cloud.items("sessions")}
    assert len(live) in (9, 10)
    assert live <= opened or len(opened) < 10


def test_right_sign_ins_at_once_leave_no_attempt(
        cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    """More than five may have to wait a second, since they might be guesses; none is told that
    the service is down, and none of those that succeeded is remembered."""
    tab().sign_up()
    for _ in range(ROUNDS):
        clock.advance(60)
        answers = at_once([tab().sign_in for _ in range(8)])

        assert set(statuses(answers)) <= {201, 429}
        assert statuses(answers)[201] >= 5
        assert not any("reservation" in item for item in cloud.items("attempts"))


@pytest.mark.parametrize("change", ["change_password", "leave"])
def test_no_sign_in_with_the_old_password_survives_its_end(
        cloud: LocalStage, tab: Tab, change: str) -> None:
    for number in range(ROUNDS):
        email = f"writer{number}@example.org"
        pair = sign_in_afresh(tab, email)
        jobs: list[Callable[[], Answer]] = [
            partial(tab().sign_in, email) for _ in range(3)]
        if change == "leave":
            jobs.append(partial(tab().leave, pair.access_token))
        else:
            jobs.append(partial(tab().change_password, pair.access_token))

        *opened, changed = at_once(jobs)

        assert changed.status == 200
        assert set(statuses(opened)) <= {201, 401, 429}
        kept = set() if change == "leave" else {claims(changed.pair.access_token)["sid"]}
        assert {item["SessionId"] for item in _of(cloud, pair, "sessions")} == kept
        left = 0 if change == "leave" else 1
        assert len(_of(cloud, pair, "users")) == left


def _of(cloud: LocalStage, pair: Pair, table: str) -> list[dict[str, Any]]:
    user_id = claims(pair.access_token)["sub"]
    return [item for item in cloud.items(table) if item["UserId"] == user_id]
