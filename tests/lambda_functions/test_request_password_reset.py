"""POST /user/password-reset: a mailed link, and an answer that tells nothing."""

from collections.abc import Callable
from typing import Any

from shared.wiring.services import Services
from tests.support.account_owner import Outbox, Owner
from tests.support.application import EMAIL
from tests.support.heavy import ADDRESSES, BODIES, SDK, TOKENS

LOADS = SDK | TOKENS | BODIES | ADDRESSES


def test_asking_tells_nothing_about_an_address(owner: Owner, outbox: Outbox,
                                               pauses: list[float]) -> None:
    """The same answer, held to whole seconds, and mail only where there is an account."""
    known, unknown = owner.forget_password(), owner.forget_password("nobody@example.org")

    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert [message.to for message in outbox.messages] == [EMAIL]
    assert len(pauses) == 2 and all(0 < pause <= 1 for pause in pauses)


def test_mail_to_one_address_is_limited_without_a_word(owner: Owner, outbox: Outbox) -> None:
    """A reset is always 202; the sixth in a row is not mailed."""
    answers = {owner.forget_password().status for _ in range(6)}

    assert answers == {202}
    assert len(outbox.messages) == 5


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
    lines = audit_lines()
    assert {line["reason"] for line in lines} == {"MessageRejected"}
    assert [(line["level"], line["event"], line["hidden_failure"]) for line in lines] == [
        ("ERROR", "request", "mail_not_sent")] * 3 + [("ERROR", "user_created", "mail_not_sent")]
