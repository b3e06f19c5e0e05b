"""Notices of the routes that change something about an account."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.mail.notices import Notice, NoticeErrand
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Answer, Pair
from tests.support.cloud import Cloud
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

AuditLines = Callable[[], list[dict[str, Any]]]
Act = Callable[[Owner, Outbox, Pair], Answer]


def reset(owner: Owner, outbox: Outbox, _: Pair) -> Answer:
    owner.forget_password()
    return owner.reset_password(outbox.last_token)


def verify(owner: Owner, outbox: Outbox, pair: Pair) -> Answer:
    owner.ask_verification()
    return owner.verify_signed_in(outbox.last_token, pair.access_token)


def verify_by_password(owner: Owner, outbox: Outbox, _: Pair) -> Answer:
    owner.ask_verification()
    return owner.verify(outbox.last_token)


CHANGES: dict[str, tuple[Act, Notice]] = {
    "change the password": (lambda owner, _, pair: owner.change_password(pair.access_token),
                            Notice.PASSWORD_CHANGED),
    "reset the password": (reset, Notice.PASSWORD_CHANGED),
    "verify": (verify, Notice.EMAIL_VERIFIED),
    "verify by password": (verify_by_password, Notice.EMAIL_VERIFIED),
    "end other sessions": (lambda owner, _, pair: owner.end_sessions(pair.access_token),
                           Notice.SESSIONS_ENDED),
    "end all sessions": (
        lambda owner, _, pair: owner.end_sessions(pair.access_token, include="current"),
        Notice.SESSIONS_ENDED),
}


def told(courier: Courier) -> list[NoticeErrand]:
    return [errand for errand in courier.errands if isinstance(errand, NoticeErrand)]


@pytest.mark.parametrize("name", CHANGES)
def test_the_owner_is_told_of_a_change_once(
        name: str, owner: Owner, outbox: Outbox, courier: Courier, phone: Pair, laptop: Pair,
        audit_lines: AuditLines) -> None:
    act, notice = CHANGES[name]

    assert act(owner, outbox, laptop).status < 300

    now = owner.services.now()
    assert [(errand.occasion, errand.email, errand.happened_at) for errand in told(courier)] == [
        (notice, EMAIL, now)]
    assert told(courier)[0].address and told(courier)[0].device
    assert "notice" not in audit_lines()[-1]


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_does_not_fail_with_its_notice(
        name: str, owner: Owner, outbox: Outbox, courier: Courier, phone: Pair, laptop: Pair,
        audit_lines: AuditLines) -> None:
    """The log line says that nobody was told."""
    act, _ = CHANGES[name]
    if name.startswith(("reset", "verify")):
        owner.forget_password() if name.startswith("reset") else owner.ask_verification()
        act = {"reset the password": lambda *_: owner.reset_password(outbox.last_token),
               "verify": lambda *_: owner.verify_signed_in(outbox.last_token, laptop.access_token),
               "verify by password": lambda *_: owner.verify(outbox.last_token)}[name]
    courier.refuses = True

    assert act(owner, outbox, laptop).status < 300

    assert audit_lines()[-1]["notice"] == "lost"


def test_whoever_ends_no_other_session_is_told_nothing(
        owner: Owner, phone: Pair, courier: Courier) -> None:
    assert owner.end_sessions(phone.access_token).status == 200

    assert told(courier) == []


def test_whoever_verifies_again_is_told_nothing_new(
        owner: Owner, outbox: Outbox, phone: Pair, courier: Courier) -> None:
    verify(owner, outbox, phone)
    owner.verify_signed_in(outbox.last_token, phone.access_token)
    owner.verify(outbox.last_token)

    assert [errand.occasion for errand in told(courier)] == [Notice.EMAIL_VERIFIED]


def test_sessions_end_although_the_owner_cannot_be_looked_up(
        owner: Owner, phone: Pair, laptop: Pair, wire: Wire, cloud: Cloud,
        audit_lines: AuditLines) -> None:
    owner.authorize(laptop.access_token)
    wire.after("BatchWriteItem", lambda: wire.cut("GetItem"))

    assert owner.end_sessions(laptop.access_token).body["ended"] == 1

    assert audit_lines()[-1]["notice"] == "lost"
    assert len(cloud.items("sessions")) == 1


def test_the_owner_is_told_of_a_verification_that_does_not_sign_in(
        owner: Owner, outbox: Outbox, courier: Courier, phone: Pair) -> None:
    owner.enrol(phone.access_token)
    owner.ask_verification()

    answer = owner.verify(outbox.last_token)

    assert answer.outcome == (401, "second_factor_required")
    assert told(courier)[-1].occasion is Notice.EMAIL_VERIFIED


def test_a_refused_change_is_not_told(owner: Owner, laptop: Pair, courier: Courier) -> None:
    owner.change_password(laptop.access_token, current="wrong")
    owner.change_password(laptop.access_token, new="weak")

    assert told(courier) == []
