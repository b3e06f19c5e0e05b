"""POST /user"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.account_owner import Owner
from tests.support.application import EMAIL, PASSWORD, Application
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import ADDRESSES, BODIES, ESTIMATOR, PASSWORDS, SDK
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

LOADS = SDK | BODIES | ADDRESSES | PASSWORDS | ESTIMATOR


def test_a_person_signs_up(app: Application, cloud: Cloud) -> None:
    answer = app.sign_up()

    account = cloud.item("users")
    assert answer.status == 201
    assert answer.body == {"id": account["UserId"], "email": EMAIL, "message": "account created"}
    assert (account["email"], account["created_at"]) == (EMAIL, NOW)


@pytest.mark.parametrize("spelling", ["V@x.org", "v@x.org", " v@X.org "])
def test_one_address_has_one_account_however_it_is_spelt(app: Application, spelling: str,
                                                         cloud: Cloud) -> None:
    assert app.sign_up("v@X.ORG").body["email"] == "v@x.org"

    assert app.sign_up(spelling).outcome == (409, "user_exists")
    assert len(cloud.items("users")) == 1
    assert app.sign_in(spelling).status == 201


def test_a_line_break_in_a_password_is_no_failure(app: Application) -> None:
    assert app.sign_up(EMAIL, "12345\n and some more words").status == 201


def test_stage_local_accepts_addresses_for_tests(cloud: Cloud, clock: Clock) -> None:
    app = Application(cloud.services(clock, stage="local"))

    assert app.sign_up("u@team.test").status == 201
    assert app.sign_in("u@team.test").status == 201


def test_a_lost_answer_of_the_store_costs_nobody_an_account(app: Application, wire: Wire,
                                                            cloud: Cloud) -> None:
    wire.lose_answers("TransactWriteItems", times=2)

    assert app.sign_up().status == 201
    assert len(cloud.items("users")) == 1


@pytest.mark.parametrize(("email", "password", "name", "field"), [
    ("not an address", PASSWORD, "invalid_email", "email"),
    ("j\u00f6rg@x.org", PASSWORD, "invalid_email", "email"),
    ("u@corp.local", PASSWORD, "invalid_email", "email"),
    ("u@team.test", PASSWORD, "invalid_email", "email"),
    ("a" * 65 + "@x.org", PASSWORD, "invalid_email", "email"),
    ("=?utf-8?q?ceo=40corp.example=3e?=@example.org", PASSWORD, "invalid_email", "email"),
    (EMAIL, "12345\n12345\n12345\n", "weak_password", "password"),
    (EMAIL, "short", "weak_password", "password"),
    (EMAIL, EMAIL, "weak_password", "password"),
    (EMAIL, "x" * 129, "weak_password", "password"),
    (EMAIL, "", "invalid_request", "password")])
def test_a_refused_sign_up_says_what_to_mend(email: str, password: str, name: str, field: str,
                                             app: Application, cloud: Cloud) -> None:
    answer = app.sign_up(email, password)

    assert answer.outcome == (400, name)
    assert {fault["field"] for fault in answer.body["fields"]} == {field}
    assert cloud.items("users") == cloud.items("identities") == []


def test_nobody_chooses_an_id(app: Application) -> None:
    first, second = app.sign_up("a@x.org").body["id"], app.sign_up("b@x.org").body["id"]

    assert len(first) == len(second) == 36
    assert first != second


def test_a_sign_up_is_logged_without_its_address(
        app: Application, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    user_id = app.sign_up().body["id"]

    [line] = audit_lines()
    assert (line["event"], line["user_id"], line["client_id"]) == (
        "user_created", user_id, "web-app")


def test_a_store_that_is_down_is_503(app: Application, wire: Wire) -> None:
    wire.cut("TransactWriteItems")

    assert app.sign_up().outcome == (503, "unavailable")


def test_sign_up_on_a_strict_stage_tells_nothing(strict: Owner, outbox: Outbox) -> None:
    """One answer for a new and for a taken address; the owner is told by mail."""
    first, second = strict.sign_up(), strict.sign_up()

    assert (first.status, first.text) == (second.status, second.text) == (202, second.text)
    assert [message.subject for message in outbox.messages] == [
        "Verify your address for session-api", "Finish signing up to session-api"]


def test_who_has_asked_for_mail_too_often_gets_no_account(strict: Owner, cloud: Cloud) -> None:
    """The limit is asked before anything is done."""
    for number in range(60):
        strict.ask_verification(f"somebody{number}@example.org")

    assert strict.sign_up().outcome == (429, "too_many_attempts")
    assert cloud.items("users") == cloud.items("identities") == []


def test_nobody_can_keep_the_owner_of_an_address_from_signing_up(
        strict: Owner, outbox: Outbox) -> None:
    """By asking for mail to it: what leads to no mail fills no mailbox, and refuses nobody."""
    for _ in range(13):
        strict.ask_verification()

    assert strict.sign_up().status == 202
    assert strict.sign_up().status == 202
    assert [message.subject for message in outbox.messages] == [
        "Verify your address for session-api", "Finish signing up to session-api"]


@pytest.mark.parametrize("before", ["sign up", "ask to verify"])
def test_nobody_can_tell_a_taken_address_by_filling_its_mailbox(
        before: str, strict: Owner) -> None:
    """The same is asked of the store and of Lambda for each address, whatever came before."""
    courier = strict.services.errand_queue
    assert isinstance(courier, Courier)
    strict.sign_up("ada+taken@example.org")
    for email in ("ada+taken@example.org", "ada+other@example.org"):
        for _ in range(8):
            strict.sign_up(email) if before == "sign up" else strict.ask_verification(email)
    courier.waits = True
    posted = []
    for email in ("ada+taken@example.org", "ada@example.org"):
        courier.errands.clear()
        assert strict.sign_up(email).status == 202
        posted.append(len(courier.errands))

    assert posted == [1, 1]


def test_sign_ups_are_counted_before_the_password_is_judged(cloud: Cloud, clock: Clock) -> None:
    """Judging costs more than refusing."""
    app = Application(cloud.services(clock, source_sign_ups=10))
    answers = [app.sign_up(password="weak").status for _ in range(11)]

    assert answers == [400] * 10 + [429]


def test_a_strict_stage_that_cannot_post_an_errand_is_503_for_every_address(
        strict: Owner, cloud: Cloud) -> None:
    courier = strict.services.errand_queue
    assert isinstance(courier, Courier)
    courier.refuses = True

    new, taken = strict.sign_up(), strict.sign_up()

    assert new.outcome == taken.outcome == (503, "unavailable")
    assert len(cloud.items("users")) == 1


def test_a_sign_up_is_logged_only_where_there_was_one(
        strict: Owner, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    strict.sign_up()
    strict.sign_up()

    assert [line["event"] for line in audit_lines() if line["event"] != "mail_sent"] == [
        "user_created", "request"]
