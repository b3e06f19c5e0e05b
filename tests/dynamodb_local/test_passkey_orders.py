"""Two requests about passkeys at once, in every order of their requests to the engine in which one
is interrupted by the other at most twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.dynamodb_local.test_passkey_races import (TABLES, Job, Tab, another, answers_of,
                                                     assert_whole, made, passkeys, removals,
                                                     session_ids, signed_in, without_password)
from tests.support.application import Answer
from tests.support.clock import Clock
from tests.support.interleaving import Program, every_order
from tests.support.mail import MAIL, Courier, Outbox, with_mail

MOST_SWITCHES = 2
Sent = tuple[int, str]


@pytest.fixture
def tab(cloud: LocalStage, clock: Clock) -> Tab:
    """Returns the application on services that nobody else uses, whose mail waits."""
    def make() -> HandlersAlone:
        services = with_mail(cloud.services(clock, **MAIL), Outbox())
        assert isinstance(services.errand_queue, Courier)
        services.errand_queue.waits = True
        return HandlersAlone(services)

    return make


def every_outcome(cloud: LocalStage, *jobs: Job) -> Iterator[tuple[list[Answer], list[Sent]]]:
    """Yield what the jobs were answered in each order, and which of them sent which requests, from
    the state of now each time."""
    before = {table: cloud.items(table) for table in (*TABLES, "attempts")}
    answers: dict[int, Answer] = {}

    def run(number: int, job: Job) -> None:
        threading.current_thread().name = str(number)
        answers[number] = job()

    def arrange() -> list[Program]:
        for table, items in before.items():
            cloud.fill(table, items)
        sent.clear()
        return [partial(run, number, job) for number, job in enumerate(jobs)]

    with noted(cloud.dynamodb) as sent:
        for turns in every_order(cloud.dynamodb, arrange, MOST_SWITCHES):
            assert [turn.error for turn in turns] == [None] * len(jobs)
            yield [answers[number] for number in range(len(jobs))], sent


@contextmanager
def noted(client: Any) -> Iterator[list[Sent]]:
    """A list of the requests that the jobs send, which grows."""
    sent: list[Sent] = []

    def note(model: Any, **_: object) -> None:
        name = threading.current_thread().name
        if name.isdigit():
            sent.append((int(name), model.name))

    client.meta.events.register("after-call", note)
    yield sent
    client.meta.events.unregister("after-call", note)


@pytest.mark.parametrize("has_password", [True, False])
def test_of_two_passkeys_that_are_removed_the_last_goes_only_if_seen_to_be_the_last(
        has_password: bool, cloud: LocalStage, tab: Tab) -> None:
    pair, device = signed_in(tab) if has_password else without_password(tab)
    another(tab, pair, device)
    met = set()

    for answers, _ in every_outcome(cloud, *removals(tab, pair)):
        statuses = sorted(answer.status for answer in answers)
        met.add(tuple(statuses))
        assert_whole(cloud)
        assert len(passkeys(cloud)) == 2 - statuses.count(200)

    assert met == {(200, 503), (200, 200) if has_password else (200, 409)}


def test_an_addition_and_a_removal_do_not_overlook_each_other(cloud: LocalStage, tab: Tab) -> None:
    pair, device = signed_in(tab)
    adding = partial(tab().create_passkey, pair.access_token, *made(tab, pair, device))
    met = set()

    for (added, removed), _ in every_outcome(cloud, adding, *removals(tab, pair)):
        met.add((added.status, removed.status))
        assert_whole(cloud)
        assert len(passkeys(cloud)) == 1 + (added.status == 201) - (removed.status == 200)

    assert met == {(201, 200), (201, 503), (503, 200), (401, 200)}


# What a sign-in learns of a removal, by whether the passkey or the second factor is gone when it
# looks.
REFUSED = {(401, "unknown_passkey"), (401, "invalid_passkey")}


def test_no_session_that_a_passkey_has_opened_is_left_by_its_removal(
        cloud: LocalStage, tab: Tab) -> None:
    pair, device = signed_in(tab)
    own = {claims(pair.access_token)["sid"]}
    [signing_in], [removal] = answers_of(tab, device, 1), removals(tab, pair)
    met = set()

    for (signed, removed), sent in every_outcome(cloud, signing_in, removal):
        met.add(signed.status)
        assert removed.status == 200
        assert session_ids(cloud) == own
        last_look = max(at for at, each in enumerate(sent) if each == (0, "GetItem"))
        if sent.index((1, "TransactWriteItems")) < last_look:
            assert signed.outcome in REFUSED

    assert met == {201, 401}


def test_nothing_is_left_of_an_account_that_is_deleted_under_a_sign_in(
        cloud: LocalStage, tab: Tab) -> None:
    pair, device = without_password(tab)
    leaving = partial(tab().leave_without_password, pair.access_token)
    [signing_in], met = answers_of(tab, device, 1), set()

    for (signed, left), _ in every_outcome(cloud, signing_in, leaving):
        met.add(signed.status)
        assert left.status == 200
        assert [cloud.items(table) for table in TABLES] == [[]] * len(TABLES)

    assert {201, 401} <= met <= {201, 401, 503}


@pytest.mark.parametrize("verified", [True, False])
def test_a_second_step_under_a_reset_leaves_no_session(
        verified: bool, cloud: LocalStage, tab: Tab) -> None:
    pair, device = signed_in(tab)
    cloud.drop("sessions")
    cloud.change("identities", email_verified=verified)
    [signing_in], met = answers_of(tab, device, 1, tab().ticket()), set()
    link = tab().services.mail_tokens.mint(
        MailClaims(claims(pair.access_token)["sub"], 0), Purpose.RESET_PASSWORD)

    for (signed, reset), _ in every_outcome(cloud, signing_in,
                                            partial(tab().reset_password, link)):
        met.add(signed.status)
        assert reset.status == 200
        assert session_ids(cloud) == set()
        assert len(passkeys(cloud)) == verified
        assert_whole(cloud)

    assert met == {201, 401}
