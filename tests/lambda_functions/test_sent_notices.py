"""sendMail: who gets a notice, what it shows, and how many of them there are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lambda_functions import send_mail
from shared.gateway.asynchronous import Failed
from shared.mail.notices import Notice, NoticeErrand
from shared.wiring.services import Services
from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.events import LambdaContext
from tests.support.mail import Outbox

AuditLines = Callable[[], list[dict[str, Any]]]
NEWS = NoticeErrand(Notice.PASSWORD_CHANGED, EMAIL, NOW, "203.0.113.7", "curl/8.14.1")


def send(services: Services, errand: NoticeErrand) -> str:
    """Return what became of it."""
    event = errand.as_event()
    return str(send_mail.handler(event, LambdaContext("sendMail"), services)["event"])


def test_an_address_without_an_account_gets_no_notice(mailing: Services, outbox: Outbox) -> None:
    assert send(mailing, NEWS) == "no_mail_due"
    assert outbox.messages == []


def test_an_address_that_an_account_has_left_is_told_so(
        owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Whether nobody has it now, or somebody who did not verify it: whoever took the account over
    could have signed up with it."""
    errand = replace(NEWS, occasion=Notice.EMAIL_CHANGED)
    assert send(owner.services, errand) == "mail_sent"
    cloud.drop("identities")

    assert send(owner.services, errand) == "mail_sent"

    assert outbox.subjects == ["The address of your session-api account was changed"] * 2


def test_only_an_owner_of_an_address_is_shown_the_device(
        owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Anybody can sign up with anybody's address, and call themselves anything."""
    send(owner.services, NEWS)
    send(owner.services, replace(NEWS, occasion=Notice.EMAIL_CHANGED))
    cloud.change("identities", email_verified=True)
    send(owner.services, NEWS)

    assert [NEWS.device in message.text for message in outbox.messages] == [False, False, True]


@pytest.mark.parametrize("verified", [False, True])
def test_a_mailbox_is_not_flooded_with_one_kind_of_notice(
        verified: bool, owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """And one kind leaves the others their room."""
    cloud.change("identities", email_verified=verified)

    assert [send(owner.services, NEWS) for _ in range(8)] == (
        ["mail_sent"] * 6 + ["mail_withheld"] * 2)
    assert send(owner.services, replace(NEWS, occasion=Notice.SESSIONS_ENDED)) == "mail_sent"


def test_nobody_can_use_up_the_notices_to_an_owner(
        owner: Owner, cloud: Cloud, outbox: Outbox) -> None:
    """Neither with other addresses of the mailbox, nor with requests for mail."""
    cloud.change("identities", email_verified=True)
    owner.sign_up("ada+1@lovelace.example.org")
    strangers = replace(NEWS, email="ada+1@lovelace.example.org")
    for _ in range(9):
        send(owner.services, strangers)
    for number in range(51):
        owner.services.mail_request_limits.admit(f"kind {number}", NEWS.address)

    assert send(owner.services, NEWS) == "mail_sent"


def test_who_signs_up_with_addresses_of_strangers_mails_few_of_them(
        owner: Owner, outbox: Outbox) -> None:
    """As few as by asking for mail: the limit of requests from one source is 60 an hour."""
    for number in range(61):
        owner.sign_up(f"somebody{number}@example.org")
    events = [send(owner.services, replace(NEWS, email=f"somebody{number}@example.org"))
              for number in range(61)]

    assert events == ["mail_sent"] * 60 + ["mail_withheld"]


def test_what_is_withheld_from_one_mailbox_does_not_use_up_what_a_source_may_mail(
        mailing: Services, outbox: Outbox) -> None:
    """Or whoever fills a mailbox of their own could then act in silence on another account."""
    eve = "eve@example.org"
    for email in (eve, EMAIL):
        Owner(mailing).sign_up(email)

    events = [send(mailing, replace(NEWS, email=eve)) for _ in range(70)]

    assert events == ["mail_sent"] * 6 + ["mail_withheld"] * 64
    assert send(mailing, NEWS) == "mail_sent"


@pytest.mark.parametrize("verified", [False, True])
def test_what_ses_refuses_fills_no_mailbox(
        verified: bool, owner: Owner, cloud: Cloud, outbox: Outbox, audit_lines: AuditLines
        ) -> None:
    cloud.change("identities", email_verified=verified)
    outbox.refuses = True
    for _ in range(9):
        with pytest.raises(Failed):
            send(owner.services, NEWS)
    outbox.refuses = False
    audit_lines()

    assert send(owner.services, NEWS) == "mail_sent"

    [line] = audit_lines()
    assert line.items() >= {"occasion": "password_changed",
                            "user_id": cloud.item("users")["UserId"]}.items()
    assert EMAIL not in str(line) and NEWS.address not in str(line)


def test_a_stage_without_a_sender_says_so_of_a_notice_that_is_due(
        services: Services, audit_lines: AuditLines) -> None:
    Owner(services).sign_up()
    audit_lines()

    with pytest.raises(Failed):
        send(services, NEWS)

    assert [line["name"] for line in audit_lines()] == ["mail_not_configured"]
