"""Nobody signs in to a verified address with a password that its owner did not choose.

A stranger signs up with somebody's address; the owner signs up too, and follows whatever links the
mails bring, with a password of the owner's own. All orders of their steps are tried.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import comb
from typing import Any

import pytest

from shared.mail.mailer import Message
from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Outbox, with_mail

OWNERS, STRANGERS = "chosen by the owner, in a quiet hour", "a stranger who was here before Ada"
CHANGED = ("users", "identities", "sessions", "attempts")
Step = Callable[["Meeting"], object]


@dataclass(frozen=True)
class Saved:
    """Where a meeting was, with the items of each table that its steps change."""

    now: int
    messages: tuple[Message, ...]
    items: dict[str, list[dict[str, Any]]]


class Meeting:
    """A stage that sends mail, with the owner of an address and a stranger on it."""

    def __init__(self, cloud: Cloud, clock: Clock, requires_verified: bool) -> None:
        self.cloud, self.clock, self.outbox = cloud, clock, Outbox()
        self.app = Owner(with_mail(cloud.services(
            clock, require_verified_email=requires_verified, **MAIL), self.outbox))

    def follow(self, which: int) -> None:
        """The owner follows a link that was mailed, as its page asks: the letter to verify asks
        for the password, the other one for a new password."""
        links = [found for message in self.outbox.messages
                 if (found := re.search(r"/([a-z-]+)#token=(\S+)", message.text))]
        if links:
            page, token = links[which].groups()
            act = self.app.verify if page == "verify-email" else self.app.reset_password
            act(token, OWNERS)

    def opens(self, password: str) -> bool:
        """Whether the password signs in; earlier tries make nobody wait."""
        self.cloud.drop("attempts")
        self.clock.advance(1)
        return self.app.sign_in(EMAIL, password).status == 201

    def saved(self) -> Saved:
        return Saved(self.clock.now, tuple(self.outbox.messages),
                     {table: self.cloud.items(table) for table in CHANGED})

    def restore(self, saved: Saved) -> None:
        self.clock.now, self.outbox.messages = saved.now, list(saved.messages)
        for table, items in saved.items.items():
            self.cloud.fill(table, items)

    def is_verified(self) -> bool:
        return any(item["email_verified"] for item in self.cloud.items("identities"))


STRANGER: list[Step] = [
    lambda meeting: meeting.app.sign_up(EMAIL, STRANGERS),
    lambda meeting: meeting.app.ask_verification(EMAIL),
    lambda meeting: meeting.app.sign_up(EMAIL, STRANGERS)]
OWNER: list[Step] = [
    lambda meeting: meeting.app.sign_up(EMAIL, OWNERS),
    lambda meeting: meeting.follow(0),
    lambda meeting: meeting.app.ask_verification(EMAIL),
    lambda meeting: meeting.follow(-1)]


def walk(meeting: Meeting, strangers: list[Step], owners: list[Step]) -> Iterator[bool]:
    """Take the steps in every order in which each of the two keeps to their own. Yield once
    wherever an order leads, and whether it is complete there; what is done at a yield is
    undone. Orders that begin alike are taken once as far as they do."""
    if strangers or owners:
        here = meeting.saved()
        if strangers:
            strangers[0](meeting)
            yield from walk(meeting, strangers[1:], owners)
            meeting.restore(here)
        if owners:
            owners[0](meeting)
            yield from walk(meeting, strangers, owners[1:])
            meeting.restore(here)
    yield not (strangers or owners)


@pytest.mark.parametrize("requires_verified", [True, False])
def test_in_no_order_does_a_strangers_password_open_a_verified_address_and_the_owner_gets_in(
        requires_verified: bool, cloud: Cloud, clock: Clock) -> None:
    """If not by these links, the owner gets in by one that resets the password."""
    meeting, completed = Meeting(cloud, clock, requires_verified), 0
    for is_complete in walk(meeting, STRANGER, OWNER):
        if is_complete:
            completed += 1
            here = meeting.saved()
            meeting.app.forget_password(EMAIL)
            meeting.follow(-1)
            assert meeting.opens(OWNERS) and not meeting.opens(STRANGERS)
            assert meeting.is_verified()
            meeting.restore(here)
        strangers = meeting.opens(STRANGERS)
        assert not (strangers and (requires_verified or meeting.is_verified()))
    assert completed == comb(len(STRANGER) + len(OWNER), len(OWNER))


@pytest.mark.parametrize("sign_in_first", [True, False])
def test_a_session_of_the_stranger_verifies_nothing_without_the_mail_and_ends_with_a_reset(
        sign_in_first: bool, cloud: Cloud, clock: Clock) -> None:
    """Where an unverified address may sign in, the stranger has a session when the owner comes."""
    meeting = Meeting(cloud, clock, requires_verified=False)
    meeting.app.sign_up(EMAIL, STRANGERS)
    pair = meeting.app.sign_in(EMAIL, STRANGERS).pair
    if sign_in_first:
        meeting.app.ask_verification(EMAIL)
        meeting.follow(-1)
        assert not meeting.is_verified()

    meeting.app.forget_password(EMAIL)
    meeting.follow(-1)

    assert meeting.is_verified()
    assert not meeting.app.is_let_in(pair.access_token)
    assert meeting.app.refresh(pair).outcome == (401, "session_ended")
