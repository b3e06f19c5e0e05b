"""sendMail: an errand of a route becomes a mail, or fails where it can be seen."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pytest

from lambda_functions import send_mail
from shared.gateway.asynchronous import Failed
from shared.mail.mailer import Message
from shared.wiring.services import Services
from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.cloud import Cloud
from tests.support.events import LambdaContext
from tests.support.heavy import SDK, TOKENS
from tests.support.mail import Outbox
from tests.support.wire import Wire

LOADS = SDK | TOKENS
AuditLines = Callable[[], list[dict[str, Any]]]
SOURCE = "203.0.113.7"
RESET = {"occasion": "reset_password", "email": EMAIL, "source": SOURCE, "device_token": ""}


def send(services: Services, event: Mapping[str, object]) -> dict[str, str]:
    answer: dict[str, str] = send_mail.handler(event, LambdaContext("sendMail"), services)
    return answer


@pytest.mark.parametrize(("occasion", "verified", "subjects"), [
    ("reset_password", False, ["Reset your session-api password"]),
    ("reset_password", True, ["Reset your session-api password"]),
    ("verify_email", False, ["Verify your address for session-api"]),
    ("verify_email", True, []),
    ("taken", False, ["Finish signing up to session-api"]),
    ("taken", True, ["You already have a session-api account"])])
def test_the_mail_is_what_the_occasion_and_the_account_call_for(
        occasion: str, verified: bool, subjects: list[str], owner: Owner, cloud: Cloud,
        outbox: Outbox) -> None:
    cloud.change("identities", email_verified=verified)

    send(owner.services, RESET | {"occasion": occasion})

    assert [(message.subject, message.to) for message in outbox.messages] == [
        (subject, EMAIL) for subject in subjects]


@pytest.mark.parametrize("occasion", ["reset_password", "verify_email", "taken"])
def test_an_address_without_an_account_gets_no_mail(
        occasion: str, mailing: Services, outbox: Outbox, audit_lines: AuditLines) -> None:
    assert send(mailing, RESET | {"occasion": occasion}) == {"event": "no_mail_due"}

    [line] = audit_lines()
    assert (line["level"], line["event"], line["occasion"]) == ("INFO", "no_mail_due", occasion)
    assert outbox.messages == []


def test_a_mail_is_logged_with_whom_it_was_sent_to_and_not_where(
        owner: Owner, cloud: Cloud, audit_lines: AuditLines) -> None:
    audit_lines()

    send(owner.services, RESET)

    [line] = audit_lines()
    assert line.items() >= {
        "event": "mail_sent", "occasion": "reset_password",
        "request_id": LambdaContext.aws_request_id,
        "user_id": cloud.item("users")["UserId"]}.items()
    assert "@" not in str(line)


def test_a_mail_that_ses_refuses_fails_the_invocation(
        owner: Owner, outbox: Outbox, audit_lines: AuditLines) -> None:
    """So that Lambda tries again, and counts it when it gives up."""
    outbox.refuses = True
    audit_lines()

    with pytest.raises(Failed):
        send(owner.services, RESET)

    [line] = audit_lines()
    assert (line["level"], line["event"], line["reason"]) == (
        "ERROR", "mail_not_sent", "MessageRejected")


def test_what_ses_refuses_fills_no_mailbox(owner: Owner, outbox: Outbox) -> None:
    """Once SES takes mail again, the person gets the next one."""
    outbox.refuses = True
    for _ in range(9):
        with pytest.raises(Failed):
            send(owner.services, RESET)
    outbox.refuses = False

    assert send(owner.services, RESET) == {"event": "mail_sent"}


def test_a_mailbox_that_has_had_enough_gets_no_more(
        owner: Owner, outbox: Outbox, cloud: Cloud, audit_lines: AuditLines) -> None:
    for number in range(6):
        assert send(owner.services, RESET | {"source": f"198.51.100.{number}"}) == {
            "event": "mail_sent"}
    audit_lines()

    assert send(owner.services, RESET) == {"event": "mail_withheld"}

    [line] = audit_lines()
    assert line["user_id"] == cloud.item("users")["UserId"]
    assert len(outbox.messages) == 6


def test_strangers_do_not_keep_a_known_device_from_a_mail(owner: Owner, outbox: Outbox) -> None:
    """Which has an allowance of its own. A token of somebody else's counts as none."""
    own = owner.sign_in().device_token
    owner.sign_up("eve@example.org")
    eves = owner.sign_in("eve@example.org").device_token
    for number in range(6):
        send(owner.services, RESET | {"source": f"198.51.100.{number}"})

    events = [send(owner.services, RESET | {"device_token": token})["event"]
              for token in ("x", eves, own, own, own, own)]

    assert events == ["mail_withheld"] * 2 + ["mail_sent"] * 3 + ["mail_withheld"]


def test_a_store_that_is_down_fails_the_invocation(
        owner: Owner, wire: Wire, audit_lines: AuditLines, no_waiting: list[float]) -> None:
    wire.cut("GetItem")
    audit_lines()

    with pytest.raises(Failed):
        send(owner.services, RESET)

    assert [(line["event"], line["name"]) for line in audit_lines()] == [
        ("mail_not_sent", "unavailable")]


@pytest.mark.parametrize("event", [
    {}, {"occasion": "reset_password"}, {"email": EMAIL}, RESET | {"more": "x"},
    RESET | {"occasion": "birthday"}, RESET | {"occasion": ["taken"]}, RESET | {"email": None},
    RESET | {"email": {"S": EMAIL}}, {"httpMethod": "POST", "body": "{}"}])
def test_what_is_no_errand_fails_the_invocation(
        event: Mapping[str, object], owner: Owner, outbox: Outbox, audit_lines: AuditLines) -> None:
    audit_lines()

    with pytest.raises(Failed):
        send(owner.services, event)

    [line] = audit_lines()
    assert (line["level"], line["name"]) == ("ERROR", "invalid_request")
    assert EMAIL not in str(line)
    assert outbox.messages == []


class Quoting:
    """A mailer that fails with words of its own."""

    def send(self, message: Message) -> NoReturn:
        raise ValueError(f"no way to {message.to}")


def test_what_lambda_logs_of_a_failure_is_not_its_cause(owner: Owner) -> None:
    """The text of an exception from elsewhere may quote the address."""
    owner.services.mailer = Quoting()

    with pytest.raises(Failed) as failure:
        send(owner.services, RESET)

    assert EMAIL not in str(failure.value)
    assert failure.value.__cause__ is None and failure.value.__suppress_context__


def test_a_stage_without_a_sender_says_so_of_a_mail_that_is_due(
        services: Services, audit_lines: AuditLines) -> None:
    Owner(services).sign_up()
    audit_lines()

    with pytest.raises(Failed):
        send(services, RESET)

    assert [line["name"] for line in audit_lines()] == ["mail_not_configured"]
