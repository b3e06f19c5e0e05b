"""POST and PUT /user/email-verification, and a stage that requires it."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.wiring import Services
from tests.lambda_functions.conftest import with_mail
from tests.support.account_owner import Outbox, Owner
from tests.support.application import EMAIL
from tests.support.clock import Clock
from tests.support.cloud import Cloud


@pytest.fixture
def strict(cloud: Cloud, clock: Clock, outbox: Outbox, pauses: list[float]) -> Owner:
    """An application of a stage that requires a verified address; nobody has signed up."""
    services = cloud.services(clock, mail_sender="hello@session.example.org",
                              mail_link_url="https://app.example.org",
                              require_verified_email=True)
    return Owner(with_mail(services, outbox, pauses))


def test_a_followed_link_proves_the_address(owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Once; a second time there is nothing left to prove."""
    assert owner.ask_verification().status == 202
    assert owner.verify(outbox.last_token).body == {"message": "address verified"}

    assert cloud.item("identities")["email_verified"] is True
    assert owner.verify(outbox.last_token).outcome == (400, "invalid_link")


@pytest.mark.parametrize(("seconds", "status"), [(86_399, 200), (86_400, 400)])
def test_the_link_lasts_a_day(owner: Owner, outbox: Outbox, clock: Clock, seconds: int,
                              status: int) -> None:
    owner.ask_verification()
    clock.advance(seconds)

    assert owner.verify(outbox.last_token).status == status


def test_the_links_are_not_interchangeable(owner: Owner, outbox: Outbox) -> None:
    """Nor are they access tokens, nor those links."""
    owner.ask_verification()
    verification = outbox.last_token
    owner.forget_password()
    reset = outbox.last_token
    access = owner.sign_in().pair.access_token

    assert owner.reset_password(verification).outcome == (400, "invalid_link")
    assert owner.verify(reset).outcome == (400, "invalid_link")
    assert owner.verify(access).outcome == (400, "invalid_link")
    assert not owner.is_let_in(verification)


def test_a_link_of_another_stage_is_not_ours(owner: Owner, outbox: Outbox, cloud: Cloud,
                                             clock: Clock, pauses: list[float]) -> None:
    """Even one that shares our secrets: the issuer is another."""
    owner.ask_verification()
    other = Owner(with_mail(cloud.services(clock, token_issuer="https://other.example.org"),
                            outbox, pauses))

    assert other.verify(outbox.last_token).outcome == (400, "invalid_link")


def test_a_link_dies_with_the_account(owner: Owner, outbox: Outbox) -> None:
    """Also when somebody else has the address since."""
    owner.ask_verification()
    token = outbox.last_token
    owner.leave(owner.sign_in().pair.access_token)
    assert owner.verify(token).outcome == (400, "invalid_link")

    owner.sign_up()
    assert owner.verify(token).outcome == (400, "invalid_link")


def test_only_an_unproven_address_gets_mail(owner: Owner, outbox: Outbox) -> None:
    """All get the same answer."""
    owner.ask_verification()
    owner.verify(outbox.last_token)
    outbox.messages.clear()

    answers = {owner.ask_verification(email).text for email in (EMAIL, "nobody@example.org")}

    assert len(answers) == 1
    assert outbox.messages == []


def test_asking_is_limited_for_known_and_unknown_alike(owner: Owner) -> None:
    for email in (EMAIL, "nobody@example.org"):
        answers = [owner.ask_verification(email).status for _ in range(6)]

        assert answers == [202] * 5 + [429]


def test_a_strict_stage_wants_the_address_proven(strict: Owner, outbox: Outbox) -> None:
    """Sign-up mails the link, and nobody is let in before it was followed."""
    assert strict.sign_up().status == 202
    assert strict.sign_in().outcome == (401, "bad_credentials")

    strict.verify(outbox.last_token)

    assert strict.sign_in().status == 201


def test_a_wrong_password_is_not_told_whether_the_address_is_proven(strict: Owner) -> None:
    strict.sign_up()

    assert strict.sign_in(password="wrong").outcome == (401, "bad_credentials")


def test_sign_up_on_a_strict_stage_tells_nothing(strict: Owner, outbox: Outbox,
                                                 pauses: list[float]) -> None:
    """One answer for a new and for a taken address; the owner is told by mail."""
    first, second = strict.sign_up(), strict.sign_up()

    assert (first.status, first.text) == (second.status, second.text) == (202, second.text)
    assert [message.subject for message in outbox.messages] == [
        "Confirm your address for session-api", "Finish signing up to session-api"]
    assert len(pauses) == 2


def test_the_limit_on_a_strict_stage_tells_nothing_either(strict: Owner) -> None:
    """The first sign-up of a new address counts like that of a taken one."""
    answers = [strict.sign_up().status for _ in range(6)]

    assert answers == [202] * 5 + [429]


def test_a_sign_up_is_logged_only_where_there_was_one(
        strict: Owner, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    strict.sign_up()
    strict.sign_up()

    assert [line["event"] for line in audit_lines()] == ["user_created", "request"]


def test_mail_that_is_refused_changes_no_answer(
        owner: Owner, strict: Owner, outbox: Outbox,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """Or an outage of SES would tell known addresses from others; the log tells of it."""
    nobody = "nobody@example.org"
    usual = [owner.forget_password(nobody), owner.ask_verification(nobody), strict.sign_up(nobody)]
    outbox.refuses = True
    audit_lines()

    answers = [owner.forget_password(), owner.ask_verification(), strict.sign_up(nobody),
               strict.sign_up("new@example.org")]

    assert [answer.text for answer in answers] == [answer.text for answer in [*usual, usual[2]]]
    assert {answer.status for answer in answers} == {202}
    assert [(line["level"], line["event"], line["untold"]) for line in audit_lines()] == [
        ("ERROR", "request", "mail_not_sent")] * 3 + [("ERROR", "user_created", "mail_not_sent")]


def test_mail_is_plain_text_and_html(mailing: Services, owner: Owner, outbox: Outbox) -> None:
    """The link leads to the stage's own pages, its token in the fragment."""
    owner.forget_password()

    [message] = outbox.messages
    link = f"https://app.example.org/reset-password#token={outbox.last_token}"
    assert link in message.text
    assert f'<a href="{link}">' in message.html
