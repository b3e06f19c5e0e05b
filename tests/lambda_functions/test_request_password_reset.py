"""POST /user/password-reset: a mailed link, and an answer that tells nothing."""

from collections.abc import Callable
from typing import Any

from shared.wiring.services import Services
from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.clock import Clock
from tests.support.heavy import ADDRESSES, BODIES, SDK
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

LOADS = SDK | BODIES | ADDRESSES


def test_asking_tells_nothing_about_an_address(owner: Owner, outbox: Outbox) -> None:
    """The same answer, and mail only where there is an account."""
    known, unknown = owner.forget_password(), owner.forget_password("nobody@example.org")

    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert [message.to for message in outbox.messages] == [EMAIL]


def test_the_address_is_not_looked_up_before_the_answer(
        owner: Owner, courier: Courier, wire: Wire) -> None:
    """Neither are there other requests for a known address than for an unknown one."""
    courier.waits = True
    owner.forget_password("warm.up@example.org")
    sent = []
    for email in (EMAIL, "nobody@example.org"):
        wire.sent.clear()
        owner.forget_password(email)
        sent.append(list(wire.sent))

    assert sent == [["UpdateItem"] * 2] * 2


def test_mail_to_one_mailbox_is_limited_without_a_word(owner: Owner, outbox: Outbox) -> None:
    answers = {owner.forget_password().text for _ in range(6)}

    assert len(answers) == 1
    assert len(outbox.messages) == 3


def test_a_known_device_gets_a_mail_whatever_strangers_asked_for(
        owner: Owner, outbox: Outbox) -> None:
    token = owner.sign_in().device_token
    for _ in range(6):
        owner.forget_password()
    assert len(outbox.messages) == 3

    assert owner.forget_password(device_token=token).status == 202

    assert len(outbox.messages) == 4


def test_one_source_cannot_ask_for_mail_without_end(owner: Owner, outbox: Outbox,
                                                    clock: Clock) -> None:
    """Whatever the addresses, with an account or without; an hour later it can ask again."""
    for number in range(60):
        assert owner.forget_password(f"somebody{number}@example.org").status == 202

    answer = owner.forget_password()

    assert answer.outcome == (429, "too_many_attempts")
    assert outbox.messages == []
    clock.advance(int(answer.headers["Retry-After"]))
    assert owner.forget_password().status == 202


def test_requests_for_mail_are_not_attempts_at_the_password(owner: Owner) -> None:
    for _ in range(20):
        owner.forget_password()

    assert owner.sign_in().status == 201


def test_the_owner_of_a_verified_address_gets_a_link_too(owner: Owner, outbox: Outbox) -> None:
    owner.ask_verification()
    owner.verify(outbox.last_token)
    outbox.messages.clear()

    owner.forget_password()

    assert [message.subject for message in outbox.messages] == [
        "Reset your session-api password"]
    assert owner.reset_password(outbox.last_token).status == 200


def test_mail_is_plain_text_and_html(mailing: Services, owner: Owner, outbox: Outbox) -> None:
    """The link leads to the stage's own pages, its token in the fragment."""
    owner.forget_password()

    [message] = outbox.messages
    link = f"https://app.example.org/reset-password#token={outbox.last_token}"
    assert link in message.text
    assert f'<a href="{link}">' in message.html


def test_without_a_sender_there_is_no_mail(services: Services) -> None:
    """The routes that mail say so, before they look at the address."""
    owner = Owner(services)

    assert owner.forget_password().outcome == (503, "mail_not_configured")
    assert owner.reset_password("any").outcome == (503, "mail_not_configured")
    assert owner.ask_verification().outcome == (503, "mail_not_configured")
    assert owner.verify("any").outcome == (503, "mail_not_configured")


def test_an_errand_that_is_not_taken_is_503_for_every_address(
        owner: Owner, courier: Courier) -> None:
    courier.refuses = True

    assert [owner.forget_password(email).outcome for email in (EMAIL, "nobody@example.org")] == [
        (503, "unavailable")] * 2


def test_the_request_is_logged_without_the_address(
        owner: Owner, courier: Courier, audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    courier.waits = True
    audit_lines()

    owner.forget_password()

    [line] = audit_lines()
    assert (line["event"], line["client_id"]) == ("password_reset_requested", "web-app")
    assert EMAIL not in str(line)
