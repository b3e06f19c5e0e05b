"""Mail is limited for each mailbox, each source and the stage, in windows of time."""

import pytest

from shared.errors import TooManyAttempts
from shared.mail.errands import Errand, Occasion
from shared.mail.limits import (MAILBOX_SECONDS, MailboxLimits, RequestLimits,
                                mailbox_of)
from shared.wiring.services import Services
from tests.support.clock import Clock

SOURCE = "203.0.113.7"


@pytest.fixture
def limits(services: Services) -> RequestLimits:
    return RequestLimits(services.quotas, per_source=2, per_stage=4)


@pytest.fixture
def mailboxes(services: Services) -> MailboxLimits:
    return MailboxLimits(services.quotas, per_mailbox=3)


@pytest.fixture(autouse=True)
def at_the_beginning_of_a_window(clock: Clock) -> None:
    clock.now = 100_000 * MAILBOX_SECONDS


def has_room(mailboxes: MailboxLimits, email: str, occasion: Occasion = Occasion.RESET_PASSWORD,
             source: int = 0) -> bool:
    return mailboxes.take(Errand(occasion, email, f"198.51.100.{source}"))


@pytest.mark.parametrize(("email", "mailbox"), [
    ("ada@example.org", "ada@example.org"), ("ada+1@example.org", "ada@example.org"),
    ("ada+1+2@example.org", "ada@example.org"), ("+1@example.org", "+1@example.org")])
def test_a_mailbox_is_the_address_without_its_tag(email: str, mailbox: str) -> None:
    assert mailbox_of(email) == mailbox


def test_all_tags_of_a_mailbox_count_together(mailboxes: MailboxLimits) -> None:
    emails = ["ada@example.org", *(f"ada+{number}@example.org" for number in range(3))]

    assert [has_room(mailboxes, email, source=number) for number, email in enumerate(emails)] == [
        True, True, True, False]
    assert has_room(mailboxes, "byron@example.org")


def test_each_occasion_counts_by_itself(mailboxes: MailboxLimits) -> None:
    for _ in range(4):
        has_room(mailboxes, "ada@example.org", Occasion.TAKEN)

    assert has_room(mailboxes, "ada@example.org", Occasion.RESET_PASSWORD)


def test_a_mailbox_has_room_again_after_four_hours(mailboxes: MailboxLimits, clock: Clock) -> None:
    for number in range(4):
        has_room(mailboxes, "ada@example.org", source=number)
    clock.advance(4 * 3600 - 1)
    assert not has_room(mailboxes, "ada@example.org", source=5)
    clock.advance(1)

    assert has_room(mailboxes, "ada@example.org", source=5)


def test_one_stranger_leaves_the_owner_half(mailboxes: MailboxLimits) -> None:
    """And what a source is refused does not count for the mailbox."""
    assert [has_room(mailboxes, "ada@example.org") for _ in range(9)] == [True] * 2 + [False] * 7

    assert has_room(mailboxes, "ada@example.org", source=1)
    assert not has_room(mailboxes, "ada@example.org", source=1)


def test_what_was_not_sent_after_all_is_given_back(mailboxes: MailboxLimits) -> None:
    """To the mailbox and to the source's share."""
    errand = Errand(Occasion.TAKEN, "ada@example.org", SOURCE)
    for _ in range(5):
        assert mailboxes.take(errand)
        mailboxes.give_back(errand)

    assert [mailboxes.take(errand) for _ in range(3)] == [True, True, False]


def test_a_source_is_refused_beyond_its_hours_requests(limits: RequestLimits) -> None:
    """Whatever they are for."""
    limits.admit("reset", SOURCE)
    limits.admit("verify", SOURCE)

    with pytest.raises(TooManyAttempts) as refusal:
        limits.admit("reset", SOURCE)

    assert 0 < refusal.value.retry_after_seconds <= 3600


def test_other_sources_are_admitted_until_the_stage_has_had_its_hours_requests(
        limits: RequestLimits, clock: Clock) -> None:
    for number in range(4):
        limits.admit("reset", f"198.51.100.{number}")

    with pytest.raises(TooManyAttempts):
        limits.admit("reset", "198.51.100.4")
    clock.advance(3600)
    limits.admit("reset", "198.51.100.4")


def test_what_is_used_up_of_one_kind_leaves_the_others(limits: RequestLimits) -> None:
    """Nobody can keep people from resetting their passwords by asking for other mail."""
    for number in range(4):
        limits.admit("verify", f"198.51.100.{number}")
    with pytest.raises(TooManyAttempts):
        limits.admit("verify", "198.51.100.4")

    limits.admit("reset", "198.51.100.5")


def test_what_a_source_is_refused_does_not_count_for_the_stage(limits: RequestLimits) -> None:
    for _ in range(2):
        limits.admit("reset", SOURCE)
    for _ in range(5):
        with pytest.raises(TooManyAttempts):
            limits.admit("reset", SOURCE)

    limits.admit("reset", "198.51.100.1")
    limits.admit("reset", "198.51.100.2")
