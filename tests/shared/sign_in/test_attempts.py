"""Five attempts are free, then each failure doubles the wait; a success or a day forgives."""

import pytest

from shared.errors import TooManyAttempts, Unavailable
from shared.sign_in.attempts import (FORGET_SECONDS, Attempts, Tally,
                                     wait_seconds)
from shared.stores.attempts import DynamoAttemptStore
from shared.stores.table import Table
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

SUBJECT = "ada"


@pytest.fixture
def store(cloud: Cloud) -> DynamoAttemptStore:
    return DynamoAttemptStore(Table(cloud.dynamodb, "attempts"))


@pytest.fixture
def attempts(store: DynamoAttemptStore, clock: Clock) -> Attempts:
    return Attempts(store, lambda: b"subject key", clock)


def wait_left(attempts: Attempts) -> int:
    """Return the seconds to wait that a refusal tells."""
    with pytest.raises(TooManyAttempts) as refusal:
        attempts.reserve(SUBJECT)
    assert refusal.value.about == {"subject": SUBJECT}
    return refusal.value.retry_after_seconds


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


def test_a_success_forgives(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    attempts.clear(SUBJECT)

    for _ in range(5):
        attempts.reserve(SUBJECT)


@pytest.mark.parametrize("before", [1, 4, 5])
def test_a_day_without_an_attempt_forgets(before: int, attempts: Attempts, clock: Clock) -> None:
    for _ in range(before):
        attempts.reserve(SUBJECT)

    clock.advance(FORGET_SECONDS)

    assert attempts.count(SUBJECT) == 0
    for _ in range(5):
        attempts.reserve(SUBJECT)
    assert wait_left(attempts) == 1


def test_a_second_less_than_a_day_forgets_nothing(attempts: Attempts, clock: Clock) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    clock.advance(FORGET_SECONDS - 1)
    attempts.reserve(SUBJECT)

    assert attempts.count(SUBJECT) == 6
    assert wait_left(attempts) == 2


def test_one_subject_does_not_wait_for_another(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.reserve(SUBJECT)

    attempts.reserve("charles")

    assert attempts.count("charles") == 1


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


def test_a_tally_cleared_under_an_attempt_is_begun_anew(attempts: Attempts, wire: Wire) -> None:
    for _ in range(4):
        attempts.reserve(SUBJECT)
    wire.after("UpdateItem", lambda: attempts.clear(SUBJECT))

    attempts.reserve(SUBJECT)

    assert attempts.count(SUBJECT) == 1


class RestlessStore:
    """A store in which somebody else is always a little faster."""

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        return Tally(7, 0, NOW + FORGET_SECONDS, "theirs")

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally:
        return seen

    def clear(self, subject: str) -> None: ...

    def find(self, subject: str) -> None: ...


def test_contention_beyond_patience_is_unavailable(clock: Clock) -> None:
    with pytest.raises(Unavailable):
        Attempts(RestlessStore(), lambda: b"key", clock).reserve(SUBJECT)


def test_a_reservation_whose_answer_was_lost_is_one_attempt(attempts: Attempts,
                                                            wire: Wire) -> None:
    for _ in range(5):
        wire.lose_answers("UpdateItem")
        attempts.reserve(SUBJECT)

    assert attempts.count(SUBJECT) == 5


@pytest.mark.parametrize("number", [15, 16, 1000, 10**9])
def test_no_number_of_attempts_waits_longer_than_a_quarter_of_an_hour(number: int) -> None:
    assert wait_seconds(number) == 900


def test_the_fifth_attempt_is_the_first_to_lead_to_a_wait() -> None:
    assert [wait_seconds(attempts) for attempts in range(1, 7)] == [0, 0, 0, 0, 1, 2]
