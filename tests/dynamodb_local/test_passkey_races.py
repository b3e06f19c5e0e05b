"""Races of passkeys on the real engine, each caller with services of its own."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from shared.identities import EMAIL_ADDRESS
from shared.factors.passkeys import is_passkey
from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.crowd import at_once
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.dynamodb_local.stage import LocalStage
from tests.support.application import EMAIL, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.mail import MAIL, Outbox, with_mail

ROUNDS, CROWD = 2, 8
TABLES = ("users", "identities", "factors", "sessions")
Tab = Callable[[], HandlersAlone]
Job = Callable[[], Answer]


@pytest.fixture
def tab(cloud: LocalStage, clock: Clock) -> Tab:
    """Returns the application on services that nobody else uses."""
    return lambda: HandlersAlone(with_mail(cloud.services(clock, **MAIL), Outbox()))


def empty(cloud: LocalStage) -> None:
    """Let nobody be left of the round before."""
    for table in (*TABLES, "attempts"):
        cloud.drop(table)


def signed_in(tab: Tab, passkeys: int = 1) -> tuple[Pair, Device]:
    """Ada has so many passkeys on a device, and has just signed in with one of them, or else with
    her password."""
    assert tab().sign_up().status == 201
    pair, device = tab().sign_in().pair, Device()
    if not passkeys:
        return pair, device
    added = tab().add_passkey(pair.access_token, device)
    assert added.status == 201
    pair = tab().sign_in_by(device).pair
    another(tab, pair, device, passkeys - 1)
    return pair, device


def another(tab: Tab, pair: Pair, device: Device, number: int = 1) -> None:
    for _ in range(number):
        more = Device()
        assert tab().add_passkey(pair.access_token, more).status == 201
        device.keys += more.keys


def without_password(tab: Tab) -> tuple[Pair, Device]:
    """Ada has signed up with a passkey alone."""
    device = Device()
    answer = tab().sign_up_by(device, invitation(tab))
    assert answer.status == 201
    return answer.pair, device


def invitation(tab: Tab) -> str:
    return tab().services.mail_tokens.mint(MailClaims("u-ada", 0, EMAIL), Purpose.SIGN_UP)


def answers_of(tab: Tab, device: Device, number: int, first_ticket: str = ""
               ) -> list[Job]:
    """Return so many sign-ins, each with a ticket of its own and a counter that is the next."""
    body = {"ticket": first_ticket} if first_ticket else {}
    begun = [tab().begin_passkey_sign_in(**body).body for _ in range(number)]
    return [partial(tab().passkey_session, each["ticket"], device.answer(each["public_key"]))
            for each in begun]


def removals(tab: Tab, pair: Pair) -> list[Job]:
    """Return the removal of each passkey."""
    listed = tab().list_factors(pair.access_token).body["factors"]
    return [partial(tab().delete_passkey, pair.access_token, str(factor["id"]))
            for factor in listed if factor["kind"] == "passkey"]


def together(*jobs: Job) -> list[Answer]:
    return at_once(jobs)


def outcomes(answers: list[Answer]) -> Counter[tuple[int, str]]:
    return Counter((answer.status, "" if answer.status < 300 else answer.name)
                   for answer in answers)


def session_ids(cloud: LocalStage) -> set[str]:
    return {item["SessionId"] for item in cloud.items("sessions")}


def opened(answers: list[Answer]) -> set[str]:
    return {claims(answer.pair.access_token)["sid"] for answer in answers if answer.status == 201}


def passkeys(cloud: LocalStage) -> list[dict[str, Any]]:
    return [item for item in cloud.items("factors") if is_passkey(item["FactorId"])]


def assert_whole(cloud: LocalStage) -> None:
    """A second factor is on if and only if there is a passkey, and something signs in."""
    identity = cloud.item("identities")
    assert ("second_factor" in identity) is bool(passkeys(cloud))
    assert bool(passkeys(cloud)) is any(item["FactorId"] == "recovery"
                                        for item in cloud.items("factors"))
    assert passkeys(cloud) or "password_hash" in identity


def test_one_answer_at_once_opens_one_session(cloud: LocalStage, tab: Tab) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        _, device = signed_in(tab)
        cloud.drop("sessions")
        [answer] = answers_of(tab, device, 1)

        answers = together(*[answer] * CROWD)

        assert outcomes(answers) == {(201, ""): 1, (401, "invalid_ticket"): CROWD - 1}
        assert session_ids(cloud) == opened(answers)


def test_of_answers_that_count_up_each_opens_one_session_or_is_behind(
        cloud: LocalStage, tab: Tab) -> None:
    """What is refused has a lower counter than one that was accepted; or it has lost so many writes
    that it is to be sent again, which is then no use of a ticket that was used."""
    for _ in range(ROUNDS):
        empty(cloud)
        _, device = signed_in(tab)
        cloud.drop("sessions")
        before = device.keys[0].counter
        jobs = answers_of(tab, device, CROWD)

        answers = together(*jobs)

        found = dict(zip(range(before + 1, before + CROWD + 1), answers, strict=True))
        highest = max(counter for counter, answer in found.items() if answer.status == 201)
        assert set(outcomes(answers)) <= {(201, ""), (401, "invalid_passkey"),
                                          (503, "unavailable")}
        assert all(counter < highest for counter, answer in found.items()
                   if answer.status == 401)
        assert [item["counter"] for item in passkeys(cloud)] == [highest]
        assert session_ids(cloud) == opened(answers)
        for (counter, answer), job in zip(found.items(), jobs, strict=True):
            if answer.status == 503:
                assert job().status == (201 if counter > highest else 401)


def test_answers_of_a_passkey_that_counts_nothing_do_not_hinder_each_other(
        cloud: LocalStage, tab: Tab) -> None:
    """Such as one that is synced: what has lost too many writes can be sent again."""
    for _ in range(ROUNDS):
        empty(cloud)
        _, device = signed_in(tab)
        cloud.drop("sessions")
        still = Device(counts=False)
        pair = tab().sign_in_by(device).pair
        assert tab().add_passkey(pair.access_token, still).status == 201
        jobs = answers_of(tab, still, CROWD)

        answers = together(*jobs)

        assert set(outcomes(answers)) <= {(201, ""), (503, "unavailable")}
        again = [job().status if answer.status == 503 else 201
                 for answer, job in zip(answers, jobs, strict=True)]
        assert again == [201] * CROWD


def test_of_two_first_passkeys_at_once_one_is_added_with_codes_that_work(
        cloud: LocalStage, tab: Tab) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        pair, device = signed_in(tab, passkeys=0)

        answers = together(*(
            partial(tab().create_passkey, pair.access_token, *made(tab, pair, device))
            for _ in range(2)))

        [added] = [answer for answer in answers if answer.status == 201]
        assert set(outcomes(answers)) - {(201, "")} <= {
            (503, "unavailable"), (401, "invalid_ticket"), (401, "reauthentication_required")}
        assert len(passkeys(cloud)) == 1
        assert_whole(cloud)
        codes = added.body["recovery_codes"]
        assert [tab().sign_in_with(code).status for code in codes[:2]] == [201, 201]


def made(tab: Tab, pair: Pair, device: Device) -> tuple[str, dict[str, Any]]:
    """Return a ticket, and a passkey that was made for it on a device of the same kind."""
    begun = tab().begin_passkey(pair.access_token).body
    more = Device()
    credential = more.make(begun["public_key"])
    device.keys += more.keys
    return begun["ticket"], credential


def test_a_passkey_that_is_added_while_the_last_is_removed_leaves_all_or_nothing_on(
        cloud: LocalStage, tab: Tab) -> None:
    for _ in range(2 * ROUNDS):
        empty(cloud)
        pair, device = signed_in(tab)
        [removal] = removals(tab, pair)

        added, removed = together(
            partial(tab().create_passkey, pair.access_token, *made(tab, pair, device)), removal)

        assert {added.status, removed.status} & {201, 200}
        assert outcomes([added, removed]).keys() <= {
            (201, ""), (200, ""), (503, "unavailable"), (401, "invalid_ticket")}
        assert len(passkeys(cloud)) == 1 + (added.status == 201) - (removed.status == 200)
        assert_whole(cloud)


@pytest.mark.parametrize("has_password", [True, False])
def test_of_two_passkeys_that_are_removed_at_once_one_stays(
        has_password: bool, cloud: LocalStage, tab: Tab) -> None:
    """Each removal has seen the other passkey. The second one, sent again, sees that it is the
    last: the second factor goes off with it, unless nothing else signs in."""
    for _ in range(ROUNDS):
        empty(cloud)
        pair, device = signed_in(tab) if has_password else without_password(tab)
        another(tab, pair, device)
        both = removals(tab, pair)

        answers = together(*both)

        assert outcomes(answers).keys() <= {(200, ""), (503, "unavailable"),
                                            (409, "last_way_in")}
        assert_whole(cloud)
        again = [job() for job, answer in zip(both, answers, strict=True)
                 if answer.status == 503]
        assert_whole(cloud)
        assert len(passkeys(cloud)) == (0 if has_password else 1)
        assert all(answer.status == (200 if has_password else 409) for answer in again)


def test_who_signs_in_with_a_passkey_that_is_removed_is_not_in_after_that(
        cloud: LocalStage, tab: Tab) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        pair, device = signed_in(tab)
        own = claims(pair.access_token)["sid"]
        cloud.fill("sessions", [item for item in cloud.items("sessions")
                                if item["SessionId"] == own])
        [removal] = removals(tab, pair)
        [late] = answers_of(tab, device.copy(), 1)

        *answers, removed = together(*answers_of(tab, device, CROWD), removal)

        assert removed.status == 200
        assert set(outcomes(answers)) <= {
            (201, ""), (401, "unknown_passkey"), (401, "invalid_passkey"), (503, "unavailable")}
        assert session_ids(cloud) == {own}
        assert late().outcome == (401, "unknown_passkey")
        assert_whole(cloud)


@pytest.mark.parametrize("has_password", [True, False])
def test_no_sign_in_with_a_passkey_survives_the_account(
        has_password: bool, cloud: LocalStage, tab: Tab) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        pair, device = signed_in(tab) if has_password else without_password(tab)
        leaving = (partial(tab().leave, pair.access_token) if has_password else
                   partial(tab().leave_without_password, pair.access_token))

        *answers, left = together(*answers_of(tab, device, CROWD), leaving)

        assert left.status == 200
        assert {answer.status for answer in answers} <= {201, 401, 503}
        assert [cloud.items(table) for table in TABLES] == [[]] * len(TABLES)


def test_of_sign_ups_with_one_link_one_has_the_account(cloud: LocalStage, tab: Tab) -> None:
    for _ in range(ROUNDS):
        empty(cloud)
        token, devices = invitation(tab), [Device() for _ in range(CROWD)]
        begun = [tab().begin_passkey_sign_up(token).body for _ in devices]

        answers = together(*(
            partial(tab().create_passkey_user, token, each["ticket"],
                    device.make(each["public_key"]))
            for each, device in zip(begun, devices, strict=True)))

        [signed_up] = [answer for answer in answers if answer.status == 201]
        refused = set(outcomes(answers)) - {(201, "")}
        assert refused <= {(409, "user_exists"), (400, "invalid_link")}
        assert [item["FactorId"].partition("#")[2] for item in passkeys(cloud)] == [
            signed_up.body["passkey"]["id"]]
        assert session_ids(cloud) == opened(answers)
        assert_whole(cloud)
        code = signed_up.body["recovery_codes"][0]
        assert tab().reauthenticate(signed_up.pair.access_token, code=code).status == 200


@pytest.mark.parametrize("verified", [True, False])
def test_no_second_step_by_a_passkey_survives_a_reset_of_the_password(
        verified: bool, cloud: LocalStage, tab: Tab) -> None:
    """Its password was the former one."""
    for _ in range(ROUNDS):
        empty(cloud)
        _, device = signed_in(tab)
        cloud.change("identities", email_verified=verified)
        identity = tab().services.identity_store.find(EMAIL_ADDRESS, EMAIL)
        assert identity
        link = tab().services.mail_tokens.mint(MailClaims(identity.user_id, 0),
                                               Purpose.RESET_PASSWORD)

        *answers, reset = together(*answers_of(tab, device, CROWD, tab().ticket()),
                                   partial(tab().reset_password, link))

        assert reset.status == 200
        assert {answer.status for answer in answers} <= {201, 401, 503}
        assert session_ids(cloud) == set()
        assert len(passkeys(cloud)) == verified
        assert_whole(cloud)
