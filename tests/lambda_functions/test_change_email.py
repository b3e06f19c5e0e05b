"""PUT /user/email: a link, mailed to another address, that makes it the address of the account."""

from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import send_mail
from shared.mail.errands import ChangeErrand
from shared.mail.notices import Notice
from shared.wiring.services import Services
from tests.support.account_owner import NEW_EMAIL, Owner
from tests.support.application import EMAIL, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.events import LambdaContext
from tests.support.heavy import ADDRESSES, BODIES, SDK
from tests.support.mail import Courier, Outbox

LOADS = SDK | BODIES | ADDRESSES
AuditLines = Callable[[], list[dict[str, Any]]]


def sent(outbox: Outbox) -> list[tuple[str, str]]:
    return [(message.to, message.subject) for message in outbox.messages]


def test_the_other_address_gets_a_link_and_the_present_one_is_told(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    answer = owner.change_email(phone.access_token)

    assert answer.status == 202
    assert sent(outbox) == [
        (NEW_EMAIL, "Use this address for your session-api account"),
        (EMAIL, "Somebody asked to change the address of your session-api account")]
    assert "https://app.example.org/change-email#token=" in outbox.messages[0].text
    assert "https://" not in outbox.messages[1].text
    assert cloud.item("users")["email"] == EMAIL, "nothing has changed yet"


def test_the_answer_does_not_tell_whether_the_address_is_taken(
        owner: Owner, phone: Pair, courier: Courier) -> None:
    courier.waits = True
    owner.sign_up("eve@example.org")

    free, taken = (owner.change_email(phone.access_token, email)
                   for email in (NEW_EMAIL, "eve@example.org"))

    assert (free.status, free.text, free.headers) == (taken.status, taken.text, taken.headers)


@pytest.mark.parametrize("verified", [False, True])
def test_whoever_has_the_address_is_told_so_without_a_link(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud, verified: bool) -> None:
    owner.sign_up("eve@example.org")
    if verified:
        cloud.fill("identities", [item | {"email_verified": True}
                                  for item in cloud.items("identities")])

    owner.change_email(phone.access_token, "eve@example.org")

    assert sent(outbox)[0] == ("eve@example.org", "This address has a session-api account")
    assert "https://" not in outbox.messages[0].text


def test_a_spelling_of_another_address_is_that_address(owner: Owner, phone: Pair, outbox: Outbox
                                                       ) -> None:
    assert owner.change_email(phone.access_token, f" {NEW_EMAIL.upper()} ").status == 202

    assert outbox.messages[0].to == NEW_EMAIL


@pytest.mark.parametrize("email", [EMAIL, f" {EMAIL.upper()} "])
def test_the_present_address_is_no_other_one(owner: Owner, phone: Pair, outbox: Outbox, email: str
                                             ) -> None:
    assert owner.change_email(phone.access_token, email).outcome == (400, "invalid_request")
    assert outbox.messages == []


def test_what_is_no_address_is_refused(owner: Owner, phone: Pair) -> None:
    assert owner.change_email(phone.access_token, "x").outcome == (400, "invalid_email")


@pytest.mark.parametrize(("seconds", "status"), [(599, 202), (600, 401)])
def test_a_session_alone_does_not_ask(owner: Owner, phone: Pair, clock: Clock, outbox: Outbox,
                                      seconds: int, status: int) -> None:
    """A stolen one must not turn the account over to another mailbox."""
    clock.advance(seconds)

    answer = owner.change_email(phone.access_token)

    assert answer.status == status
    assert bool(outbox.messages) is (status == 202)
    if status == 401:
        assert (answer.name, answer.body["kinds"]) == ("reauthentication_required", ["password"])


def test_the_password_is_not_enough_for_whoever_has_a_second_factor(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    """An older session that only the password has opened, say."""
    owner.enrol(phone.access_token)
    assert owner.change_email(phone.access_token).status == 202
    outbox.messages.clear()
    cloud.change("sessions", amr="pwd", acr="aal1")

    answer = owner.change_email(phone.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert outbox.messages == []


def test_requests_for_mail_are_limited_by_their_source(
        cloud: Cloud, owner: Owner, phone: Pair) -> None:
    # Notices to an address that is not verified count too.
    cloud.change("identities", email_verified=True)
    answers = [owner.change_email(phone.access_token, f"ada{number}@byron.example.org")
               for number in range(61)]

    assert [answer.status for answer in answers] == [202] * 60 + [429]


def test_a_mailbox_gets_no_flood(owner: Owner, phone: Pair, outbox: Outbox) -> None:
    """One source has half of what a mailbox gets."""
    for number in range(9):
        owner.change_email(phone.access_token, f"eve+{number}@example.org")

    assert len([to for to, _ in sent(outbox) if to.startswith("eve")]) == 3


def test_a_stage_without_mail_says_so(services: Services) -> None:
    owner = Owner(services)
    owner.sign_up()
    pair = owner.sign_in().pair

    assert owner.change_email(pair.access_token).outcome == (503, "mail_not_configured")


def test_an_account_that_is_gone_has_no_address(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    cloud.drop("users")

    assert owner.change_email(phone.access_token).outcome == (401, "unauthorized")


def test_the_errand_names_no_secret_and_the_log_no_address(
        owner: Owner, phone: Pair, courier: Courier, audit_lines: AuditLines) -> None:
    courier.waits = True
    audit_lines()

    owner.change_email(phone.access_token)

    *_, line = audit_lines()
    assert line["event"] == "email_change_requested"
    assert NEW_EMAIL not in str(line) and EMAIL not in str(line)
    assert courier.errands[0].as_event().keys() == {
        "occasion", "email", "user_id", "password_version", "source"}
    assert courier.errands[1].occasion is Notice.EMAIL_CHANGE_REQUESTED


def test_an_errand_that_comes_when_the_change_is_made_mails_nothing(
        owner: Owner, phone: Pair, mailing: Services, outbox: Outbox, courier: Courier) -> None:
    """The person would be told that the address has an account, which is their own."""
    assert owner.change_email(phone.access_token).status == 202
    asked = next(errand for errand in courier.errands if isinstance(errand, ChangeErrand))
    assert owner.confirm_email(outbox.last_token, phone.access_token).status == 200

    done = send_mail.handler(asked.as_event(), LambdaContext("sendMail"), mailing)

    assert done["event"] == "no_mail_due"
