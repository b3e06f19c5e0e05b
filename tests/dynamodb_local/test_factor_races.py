"""Races of second factors on the real engine, each caller with services of its own."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import pytest

from shared.sign_in.attempts import FREE_ATTEMPTS
from shared.sign_in.second_factor import SecondFactor, Spent
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import PASSWORD, Answer, Pair
from tests.support.clock import Clock
from tests.support.second_factors import STEP_SECONDS, CodeApp, Enrolled

ROUNDS, CROWD = 4, 8
Tab = Callable[[], HandlersAlone]


@pytest.fixture
def tab(cloud: LocalStage, clock: Clock) -> Tab:
    """Returns the application on services that nobody else uses."""
    return lambda: HandlersAlone(cloud.services(clock))


def signed_in(tab: Tab, number: int) -> tuple[str, Pair]:
    """Let somebody new sign up and in; return their address and their tokens."""
    email = f"reader{number}@example.org"
    assert tab().sign_up(email).status == 201
    return email, tab().sign_in(email).pair


def enrolled(tab: Tab, clock: Clock, number: int) -> tuple[str, Enrolled]:
    """Let somebody new turn an app on and sign out; all codes of now are good."""
    email, pair = signed_in(tab, number)
    enrolled = tab().enrol(pair.access_token)
    assert tab().sign_out(pair.access_token).status == 200
    clock.advance(3 * STEP_SECONDS)
    return email, enrolled


def second_steps(tab: Tab, tickets: list[str], codes: list[str]) -> list[Answer]:
    return at_once([partial(tab().second_step, ticket, code)
                    for ticket, code in zip(tickets, codes, strict=True)])


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def session_ids(cloud: LocalStage) -> set[str]:
    return {item["SessionId"] for item in cloud.items("sessions")}


@pytest.mark.parametrize("tickets", [1, CROWD])
@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_one_code_at_once_opens_one_session(
        kind: str, tickets: int, cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        email, owned = enrolled(tab, clock, number)
        code = owned.app.code(clock.now) if kind == "app" else owned.recovery_codes[number]
        held = [tab().ticket(email) for _ in range(tickets)] * (CROWD // tickets)

        answers = second_steps(tab, held, [code] * CROWD)

        assert set(statuses(answers)) <= {201, 401, 429}
        [opened] = [answer for answer in answers if answer.status == 201]
        assert session_ids(cloud) == {claims(opened.pair.access_token)["sid"]}
        cloud.drop("sessions")


def test_one_ticket_with_many_good_codes_opens_one_session(
        cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        email, owned = enrolled(tab, clock, number)

        answers = second_steps(tab, [tab().ticket(email)] * CROWD,
                               list(owned.recovery_codes[:CROWD]))

        [opened] = [answer for answer in answers if answer.status == 201]
        assert {answer.name for answer in answers if answer is not opened} <= {
            "invalid_ticket", "too_many_attempts"}
        assert session_ids(cloud) == {claims(opened.pair.access_token)["sid"]}
        cloud.drop("sessions")


class CountedCodes(SecondFactor):
    """Counts the guesses that reach the check."""

    lock, reached = Lock(), 0

    def _spend(self, user_id: str, code: str, admit: Callable[[], None]) -> Spent | None:
        with self.lock:
            type(self).reached += 1
        return super()._spend(user_id, code, admit)


def test_of_thirty_guesses_at_a_code_five_reach_the_check(
        tab: Tab, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """They count for the second factor, and not for the password."""
    monkeypatch.setattr(CountedCodes, "reached", 0)
    email, owned = enrolled(tab, clock, 0)

    def counted() -> HandlersAlone:
        made = tab()
        services = made.services
        services.second_factor = CountedCodes(services.factor_store, services.sealer,
                                              services.attempts, services.now)
        return made

    tickets = [tab().ticket(email) for _ in range(30)]
    wrong = owned.app.wrong_code(clock.now)
    answers = at_once([partial(counted().second_step, ticket, wrong) for ticket in tickets])

    assert statuses(answers) == {401: FREE_ATTEMPTS, 429: 30 - FREE_ATTEMPTS}
    assert CountedCodes.reached == FREE_ATTEMPTS
    guesses = [tab().sign_in(email, "not it").status for _ in range(FREE_ATTEMPTS + 1)]
    assert guesses == [401] * FREE_ATTEMPTS + [429]


def test_no_sign_in_with_a_password_alone_survives_the_first_factor(
        cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        email, pair = signed_in(tab, number)
        app = tab().begin_enrolment(pair.access_token)

        *opened, confirmed = at_once([
            *(partial(tab().sign_in, email) for _ in range(5)),
            partial(tab().confirm_totp, pair.access_token, app.code(clock.now))])

        assert confirmed.status == 200
        assert set(statuses(opened)) <= {201, 401, 429}
        own = claims(pair.access_token)["sid"]
        assert {item["SessionId"]: (item["amr"], item["acr"])
                for item in cloud.items("sessions")} == {own: ("pwd otp", "aal2")}
        cloud.drop("sessions")


def test_no_sign_in_in_two_steps_survives_a_change_of_the_password(
        cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        email, owned = enrolled(tab, clock, number)
        pair = tab().sign_in_with(owned.app.code(clock.now), email).pair
        tickets = [tab().ticket(email) for _ in range(4)]

        *opened, changed = at_once([
            *(partial(tab().second_step, ticket, code)
              for ticket, code in zip(tickets, owned.recovery_codes)),
            partial(tab().change_password, pair.access_token)])

        assert changed.status == 200
        assert set(statuses(opened)) <= {201, 401, 429}
        assert session_ids(cloud) == {claims(changed.pair.access_token)["sid"]}
        cloud.drop("sessions")


def test_a_session_that_ends_while_it_is_stepped_up_does_not_come_back(
        cloud: LocalStage, tab: Tab) -> None:
    for number in range(ROUNDS):
        _, pair = signed_in(tab, number)

        *proven, ended = at_once([
            *(partial(tab().reauthenticate, pair.access_token, password=PASSWORD)
              for _ in range(CROWD)),
            partial(tab().sign_out, pair.access_token)])

        assert ended.status == 200
        assert set(statuses(proven)) <= {200, 401, 429}
        assert cloud.items("sessions") == []


def test_one_code_at_once_steps_one_session_up(cloud: LocalStage, tab: Tab, clock: Clock) -> None:
    """Two sessions of a person show the same code."""
    for number in range(ROUNDS):
        email, owned = enrolled(tab, clock, number)
        pairs = [tab().sign_in_with(code, email).pair for code in owned.recovery_codes[:2]]
        clock.advance(60)

        answers = at_once([partial(tab().reauthenticate, pair.access_token,
                                   code=owned.app.code(clock.now)) for pair in pairs])

        assert statuses(answers) == {200: 1, 401: 1}
        assert Counter(item["amr"] for item in cloud.items("sessions")) == {
            "pwd otp": 1, "pwd rec": 1}
        cloud.drop("sessions")


def test_of_confirmations_at_once_one_gives_codes_and_all_of_them_work(
        tab: Tab, clock: Clock) -> None:
    for number in range(ROUNDS):
        email, pair = signed_in(tab, number)
        app: CodeApp = tab().begin_enrolment(pair.access_token)

        answers = at_once([partial(tab().confirm_totp, pair.access_token, app.code(clock.now))
                           for _ in range(CROWD)])

        # Who loses the write is told to ask again, and learns then that the app is on.
        assert set(statuses(answers)) <= {200, 401, 409, 429, 503}
        [codes] = [_codes(answer) for answer in answers if answer.status == 200]
        assert [tab().sign_in_with(code, email).status for code in codes] == [201] * 10


def _codes(answer: Answer) -> list[Any]:
    return list(answer.body["recovery_codes"])
