"""Five attempts are free, then each doubles the wait; they are forgotten one by one."""

from itertools import permutations

import pytest

from shared.errors import TooManyAttempts
from shared.sign_in.attempts import (FORGET_ONE_SECONDS, MOST_ATTEMPTS, Attempts,
                                     Reservation, Tally, wait_seconds)
from shared.stores.attempts import DynamoAttemptStore
from shared.stores.table import Table
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

SUBJECT = "ada"
DAY_SECONDS = 86_400


@pytest.fixture
def store(cloud: Cloud) -> DynamoAttemptStore:
    return DynamoAttemptStore(Table(cloud.dynamodb, "attempts"))


@pytest.fixture
def attempts(store: DynamoAttemptStore, clock: Clock) -> Attempts:
    return Attempts(store, lambda: b"subject key", clock)


def remembered(attempts: Attempts, clock: Clock, subject: str = SUBJECT) -> int:
    tally = attempts.find(subject)
    return 0 if tally is None else tally.attempts(clock.now)


def wait_left(attempts: Attempts) -> int:
    """Return the seconds to wait that a refusal tells."""
    with pytest.raises(TooManyAttempts) as refusal:
        attempts.reserve(SUBJECT)
    assert refusal.value.about == {"subject": SUBJECT}
    return refusal.value.retry_after_seconds


def attempt_as_soon_as_possible(attempts: Attempts, clock: Clock) -> None:
    try:
        attempts.reserve(SUBJECT)
    except TooManyAttempts as refusal:
        clock.advance(refusal.retry_after_seconds)
        attempts.reserve(SUBJECT)


def test_five_attempts_are_free_and_the_sixth_waits_a_second(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    assert wait_left(attempts) == 1


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(attempts: Attempts,
                                                                  clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    waits = []
    for _ in range(14):
        waits.append(wait_left(attempts))
        clock.advance(waits[-1])
        attempts.reserve(SUBJECT)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_the_wait_is_over_at_the_very_second(attempts: Attempts, clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)
    clock.advance(1)
    attempts.reserve(SUBJECT)

    clock.advance(1)
    assert wait_left(attempts) == 1
    clock.advance(1)
    attempts.reserve(SUBJECT)


def test_a_refused_attempt_does_not_lengthen_the_wait(attempts: Attempts, clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)
    for _ in range(50):
        wait_left(attempts)

    clock.advance(1)

    attempts.reserve(SUBJECT)


def test_clearing_forgives(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    attempts.clear(SUBJECT)

    for _ in range(5):
        attempts.reserve(SUBJECT)


@pytest.mark.parametrize("before", [1, 4, 5, 30])
def test_a_day_without_an_attempt_forgets(before: int, attempts: Attempts, clock: Clock) -> None:
    for _ in range(before):
        attempt_as_soon_as_possible(attempts, clock)

    clock.advance(DAY_SECONDS)

    assert remembered(attempts, clock) == 0
    for _ in range(5):
        attempts.reserve(SUBJECT)
    assert wait_left(attempts) == 1


@pytest.mark.parametrize(("seconds", "left"), [
    (FORGET_ONE_SECONDS - 1, 5), (FORGET_ONE_SECONDS, 4), (3 * FORGET_ONE_SECONDS, 2),
    (5 * FORGET_ONE_SECONDS - 1, 1), (5 * FORGET_ONE_SECONDS, 0)])
def test_attempts_are_forgotten_one_by_one(seconds: int, left: int, attempts: Attempts,
                                           clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    clock.advance(seconds)

    assert remembered(attempts, clock) == left


def test_no_more_are_remembered_than_a_day_forgets(attempts: Attempts, clock: Clock) -> None:
    for _ in range(40):
        attempt_as_soon_as_possible(attempts, clock)

    assert remembered(attempts, clock) == MOST_ATTEMPTS
    tally = attempts.find(SUBJECT)
    assert tally is not None and tally.expires_at == clock.now + DAY_SECONDS


@pytest.mark.parametrize("hours", [23, 24, 25])
def test_a_failure_a_day_never_leads_to_a_wait(hours: int, attempts: Attempts, clock: Clock
                                               ) -> None:
    """Of a person who mistypes once a day before the right password, and keeps no device token."""
    for _ in range(40):
        attempts.reserve(SUBJECT)
        attempts.give_back(attempts.reserve(SUBJECT))
        clock.advance(hours * 3600)


def guesses_in(seconds: int, rest_after: int, rest_seconds: int, attempts: Attempts,
               clock: Clock) -> int:
    """Return how many guesses somebody gets who rests after so many in a row."""
    ends_at, guesses = clock.now + seconds, 0
    while True:
        attempt_as_soon_as_possible(attempts, clock)
        if clock.now >= ends_at:
            return guesses
        guesses += 1
        if guesses % rest_after == 0:
            clock.advance(rest_seconds)


@pytest.mark.parametrize(("rest_after", "rest_seconds"), [
    (10 ** 6, 0), (4, 4 * FORGET_ONE_SECONDS), (1, FORGET_ONE_SECONDS), (15, DAY_SECONDS),
    (5, 3600), (14, 900)])
def test_no_rhythm_gets_more_guesses_than_a_memory_of_a_day_would_let_through(
        rest_after: int, rest_seconds: int, attempts: Attempts, clock: Clock) -> None:
    """Who always guesses as soon as possible gets 14 in the first 17 minutes, then one in 15."""
    two_days = 2 * DAY_SECONDS

    guesses = guesses_in(two_days, rest_after, rest_seconds, attempts, clock)

    assert guesses <= 15 + two_days // 900


def test_one_subject_does_not_wait_for_another(attempts: Attempts, clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    attempts.reserve("charles")

    assert remembered(attempts, clock, "charles") == 1


def test_a_subject_is_a_pseudonym_under_a_key(store: DynamoAttemptStore, clock: Clock) -> None:
    mine, other = (Attempts(store, lambda key=key: key, clock)  # type: ignore[misc]
                   for key in (b"one key", b"another"))

    assert mine.subject("ada@x.org") == mine.subject("ada@x.org")
    assert mine.subject("ada@x.org") != other.subject("ada@x.org")
    assert len(mine.subject("ada@x.org")) == 64
    assert "ada" not in mine.subject("ada@x.org")


def test_of_many_guesses_at_once_only_the_allowance_gets_through(attempts: Attempts,
                                                                 wire: Wire) -> None:
    """Each of the first writes is overtaken by a whole guess of somebody else's."""
    reserved = []

    def guess() -> None:
        try:
            attempts.reserve(SUBJECT)
        except TooManyAttempts:
            return
        reserved.append("a guess")

    wire.before("UpdateItem", *[guess] * 12)
    for _ in range(12):
        guess()

    assert len(reserved) == 5


def test_a_tally_cleared_under_an_attempt_is_begun_anew(attempts: Attempts, wire: Wire,
                                                        clock: Clock) -> None:
    for _ in range(4):
        attempts.reserve(SUBJECT)
    wire.after("UpdateItem", lambda: attempts.clear(SUBJECT))

    attempts.reserve(SUBJECT)

    assert remembered(attempts, clock) == 1


class RestlessStore:
    """A store in which somebody else is always a little faster."""

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        return Tally(0, NOW + DAY_SECONDS, "theirs")

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally:
        return seen

    def remove(self, subject: str, seen: Tally) -> Tally:
        return Tally(0, NOW + DAY_SECONDS, "theirs")

    def clear(self, subject: str) -> None: ...

    def find(self, subject: str) -> None: ...


def test_contention_beyond_patience_is_too_many_attempts(clock: Clock) -> None:
    with pytest.raises(TooManyAttempts):
        Attempts(RestlessStore(), lambda: b"key", clock).reserve(SUBJECT)


def test_what_cannot_be_given_back_for_contention_is_forgotten_later(clock: Clock) -> None:
    mine = Tally(0, NOW + FORGET_ONE_SECONDS, "mine")

    Attempts(RestlessStore(), lambda: b"key", clock).give_back(Reservation(SUBJECT, mine, None))


def test_the_only_attempt_is_given_back_without_a_trace(attempts: Attempts, cloud: Cloud) -> None:
    attempts.give_back(attempts.reserve(SUBJECT))

    assert cloud.items("attempts") == []


@pytest.mark.parametrize("before", [1, 3, 4, 5, 7, 12, 20])
def test_giving_back_leaves_what_there_was_before(before: int, attempts: Attempts, clock: Clock
                                                  ) -> None:
    """The count, and the wait: nobody can tell that there was one attempt more."""
    for _ in range(before):
        attempt_as_soon_as_possible(attempts, clock)
    clock.advance(900)
    seen = attempts.find(SUBJECT)

    attempts.give_back(attempts.reserve(SUBJECT))

    left = attempts.find(SUBJECT)
    assert seen is not None and left is not None
    assert (left.expires_at, max(left.blocked_until, clock.now)) == (seen.expires_at, clock.now)


@pytest.mark.parametrize("before", [0, 1, 4, 6])
def test_giving_back_takes_none_of_anothers_attempts(before: int, attempts: Attempts,
                                                     clock: Clock) -> None:
    """The other came while the first was in flight."""
    for _ in range(before):
        attempt_as_soon_as_possible(attempts, clock)
    clock.advance(100)
    mine = attempts.reserve(SUBJECT)
    clock.advance(100)
    attempts.reserve(SUBJECT)
    both = attempts.find(SUBJECT)

    attempts.give_back(mine)

    left = attempts.find(SUBJECT)
    assert both is not None and left is not None
    assert left.expires_at == both.expires_at - FORGET_ONE_SECONDS
    assert max(left.blocked_until, clock.now) == max(both.blocked_until, clock.now)


def test_eight_successes_at_once_leave_no_wait(attempts: Attempts, clock: Clock) -> None:
    """The fifth in flight makes the sixth wait, since it might be a guess; once they are known
    for what they were, nothing is left of them."""
    reservations = [attempts.reserve(SUBJECT) for _ in range(5)]
    assert wait_left(attempts) == 1

    for reservation in reservations:
        attempts.give_back(reservation)

    assert remembered(attempts, clock) == 0
    for _ in range(5):
        attempts.reserve(SUBJECT)


def test_in_no_order_do_successes_at_once_leave_a_wait(attempts: Attempts, clock: Clock) -> None:
    """Not even to who comes in the same second. Only the first to succeed can find that nobody
    came after, and only the last leaves nobody behind; the order between them tells nothing."""
    for first, last in permutations(range(5), 2):
        clock.advance(86_400)
        reservations = [attempts.reserve(SUBJECT) for _ in range(5)]

        for number in (first, *sorted({*range(5)} - {first, last}), last):
            attempts.give_back(reservations[number])

        attempts.reserve(SUBJECT)
        attempts.clear(SUBJECT)


def test_successes_at_once_leave_no_trace(attempts: Attempts, cloud: Cloud) -> None:
    """A tally of nothing would make those that come next compete for it."""
    reservations = [attempts.reserve(SUBJECT) for _ in range(4)]

    for reservation in reservations:
        attempts.give_back(reservation)

    assert cloud.items("attempts") == []


@pytest.mark.parametrize("before", [0, 1, 6])
@pytest.mark.parametrize("operation", ["UpdateItem", "DeleteItem"])
def test_giving_back_whose_answer_was_lost_gives_back_once(
        before: int, operation: str, attempts: Attempts, clock: Clock, wire: Wire) -> None:
    for _ in range(before):
        attempt_as_soon_as_possible(attempts, clock)
    clock.advance(100)
    count = remembered(attempts, clock)
    reservation = attempts.reserve(SUBJECT)
    wire.lose_answers(operation)

    attempts.give_back(reservation)

    assert remembered(attempts, clock) == count


def test_a_reservation_whose_answer_was_lost_is_one_attempt(attempts: Attempts, wire: Wire,
                                                            clock: Clock) -> None:
    for _ in range(5):
        wire.lose_answers("UpdateItem")
        attempts.reserve(SUBJECT)

    assert remembered(attempts, clock) == 5


@pytest.mark.parametrize("number", [15, 16, 1000, 10**9])
def test_no_number_of_attempts_waits_longer_than_a_quarter_of_an_hour(number: int) -> None:
    assert wait_seconds(number) == 900


def test_the_fifth_attempt_is_the_first_to_lead_to_a_wait() -> None:
    assert [wait_seconds(attempts) for attempts in range(1, 7)] == [0, 0, 0, 0, 1, 2]
