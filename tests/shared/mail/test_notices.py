"""Notices: what is posted about a change, whatever becomes of the posting."""

import json
from typing import NoReturn

import pytest

from shared.callers import Caller
from shared.errors import InvalidRequest, Unavailable
from shared.identities import EMAIL_ADDRESS, Identity
from shared.mail import errands
from shared.mail.errands import AnyErrand, Errand, Occasion
from shared.mail.notices import Notice, NoticeErrand, Notices
from tests.support.clock import NOW, Clock

EMAIL = "ada@lovelace.example.org"
CALLER = Caller("web-app", "203.0.113.7", "Mozilla/5.0")
ERRAND = NoticeErrand(Notice.RECOVERY_CODE_USED, EMAIL, NOW, CALLER.address, CALLER.device, 9)
EVENT = ERRAND.as_event()


class Queue:
    """A queue of errands that are never done."""

    def __init__(self) -> None:
        self.errands: list[AnyErrand] = []

    def put(self, errand: AnyErrand) -> None:
        self.errands.append(errand)


class Nobody:
    """A store without users."""

    def find(self, user_id: str) -> None:
        return None


class Broken:
    """A queue that fails with `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def put(self, errand: AnyErrand) -> NoReturn:
        raise self.error


def test_a_notice_says_what_happened_when_and_from_where(clock: Clock) -> None:
    queue = Queue()

    said = Notices(queue, Nobody(), clock).tell(Notice.RECOVERY_CODE_USED, EMAIL, CALLER, left=9)

    assert (said, queue.errands) == ({}, [ERRAND])


def test_a_stage_without_mail_tells_nobody_and_says_nothing(clock: Clock) -> None:
    assert Notices(None, Nobody(), clock).tell(Notice.PASSWORD_CHANGED, EMAIL, CALLER) == {}


def test_a_user_who_is_gone_is_told_nothing(clock: Clock) -> None:
    """And no notice is lost by that."""
    queue = Queue()

    assert Notices(queue, Nobody(), clock).tell_user(Notice.SESSIONS_ENDED, "u-ada", CALLER) == {}
    assert queue.errands == []


@pytest.mark.parametrize("verified", [True, False])
def test_a_notice_to_a_former_address_says_whether_it_was_verified(verified: bool, clock: Clock
                                                                   ) -> None:
    """By then, nothing else does."""
    queue, seen = Queue(), Identity(EMAIL_ADDRESS, EMAIL, "u-ada", None, NOW, verified=verified)

    Notices(queue, Nobody(), clock).tell_former(seen, CALLER)

    assert queue.errands == [NoticeErrand(Notice.EMAIL_CHANGED, EMAIL, NOW, CALLER.address,
                                          CALLER.device, verified=verified)]


@pytest.mark.parametrize("error", [Unavailable(), ValueError(EMAIL)])
def test_a_notice_that_cannot_be_posted_is_lost_and_fails_nothing(
        error: Exception, clock: Clock) -> None:
    """What it tells of has been done, and the log must not quote the address."""
    told = Notices(Broken(error), Nobody(), clock).tell(Notice.PASSWORD_CHANGED, EMAIL, CALLER)

    assert told == {"notice": "lost"}


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_is_read_as_it_was_written(notice: Notice) -> None:
    errand = NoticeErrand(notice, "ada+1@xn--caf-dma.example.org", NOW, "2001:db8::7", "\u202e", 3)

    assert errands.parse(json.loads(json.dumps(errand.as_event()))) == errand


def test_no_notice_has_the_name_of_an_occasion() -> None:
    """By its name, sendMail knows how an errand is to be read."""
    assert not {notice.value for notice in Notice} & {occasion.value for occasion in Occasion}


@pytest.mark.parametrize("event", [
    {"occasion": "password_changed"}, EVENT | {"more": "x"}, EVENT | {"left": "9"},
    EVENT | {"left": True}, EVENT | {"happened_at": 1.5}, EVENT | {"email": None},
    EVENT | {"device": ["x"]}, {"occasion": "password_changed", "email": EMAIL, "source": "",
                                "device_token": ""}])
def test_a_notice_of_another_shape_is_no_errand(event: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        errands.parse(event)


@pytest.mark.parametrize("occasion", ["birthday", 7, None, ["password_changed"], {}])
def test_an_event_of_an_unknown_occasion_is_no_errand(occasion: object) -> None:
    for event in (EVENT, Errand(Occasion.TAKEN, EMAIL, "").as_event()):
        with pytest.raises(InvalidRequest):
            errands.parse(dict(event) | {"occasion": occasion})
