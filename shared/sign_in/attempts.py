"""Brute-force protection: attempts are reserved before a password is looked at.

Five attempts are free. The fifth and each one after it sets a wait before the next, 1 s at first
and twice as long each time, up to 15 minutes. Attempts are forgotten one by one, each after
FORGET_ONE_SECONDS, and no more than MOST_ATTEMPTS are remembered, so that a day without an attempt
forgets them all. Attempts at unknown addresses are counted in the same way. Reserving is a
conditional write (a compare-and-set once the free ones are used up), so that however many guesses
arrive at once, no more than the allowance reaches the password hash.

A success gives back its own reservation where strangers share the count, so that the count tells
them nothing. Where only the owner of a device or of a session is counted, a success clears it.
"""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from shared.errors import TooManyAttempts

FREE_ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 15 * 60
# The number of attempts that leads to the longest wait.
MOST_ATTEMPTS = 15
FORGET_ONE_SECONDS = 24 * 3600 // MOST_ATTEMPTS
# Each look that finds another tally than the last one was overtaken by an attempt that got further,
# and at one instant no more than a few can.
MAX_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Attempts of one subject. The last of them is forgotten at `expires_at`, and each one before
    it FORGET_ONE_SECONDS earlier than the next. `reservation` identifies the write that made this
    tally, so that a retry recognises its own first try. Instants are epoch seconds."""

    blocked_until: int
    expires_at: int
    reservation: str

    def attempts(self, now: int) -> int:
        """Return how many attempts are remembered."""
        return max(0, -((now - self.expires_at) // FORGET_ONE_SECONDS))


class Reservation(NamedTuple):
    """An attempt that was counted: the tally with it, and the one before it, None if there was
    none."""

    subject: str
    tally: Tally
    before: Tally | None


class AttemptStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        """Count an attempt if no wait follows it or is left, and if the tally has not expired.
        Return the tally that the store has then; it has this `reservation` only if the attempt
        was counted."""

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally | None:
        """Replace `seen` by `new`, and return the tally that the store has then. It is `new` if
        that worked, another one if a different attempt came first, and None if it was cleared
        meanwhile."""

    def remove(self, subject: str, seen: Tally) -> Tally | None:
        """Delete `seen`, and return the tally that the store has then: None, or another one."""

    def clear(self, subject: str) -> None: ...
    def find(self, subject: str) -> Tally | None: ...


class Attempts:
    """`subject_key` returns the key that turns an address into a subject; `now` returns epoch
    seconds."""

    def __init__(self, store: AttemptStore, subject_key: Callable[[], bytes],
                 now: Callable[[], int]) -> None:
        self._store, self._subject_key, self._now = store, subject_key, now

    def subject(self, counted: str) -> str:
        """Return the pseudonym of what is counted (an address, say): an HMAC, so that tables and
        logs hold no address."""
        return hmac.digest(self._subject_key(), counted.encode("utf-8"), "sha256").hex()

    def reserve(self, subject: str, **about: str) -> Reservation:
        """Count an attempt, or raise TooManyAttempts with the seconds left to wait; `about` is what
        its log line says beside the subject.

        Attempts that compete for MAX_LOOKS times in a row are too many as well. Raises
        Unavailable when the store cannot answer.
        """
        now, reservation = self._now(), uuid.uuid4().hex
        before: Tally | None = None
        tally = self._store.begin(subject, reservation, now)
        for _ in range(MAX_LOOKS):
            if tally.reservation == reservation:
                return Reservation(subject, tally, before or _before(tally, now))
            if now < tally.blocked_until:
                raise TooManyAttempts(retry_after_seconds=tally.blocked_until - now,
                                      subject=subject, **about)
            before = tally if now < tally.expires_at else None
            replaced = (None if _is_free(tally, now) else
                        self._store.replace(subject, tally, _next(tally, reservation, now)))
            if replaced is None:
                before, replaced = None, self._store.begin(subject, reservation, now)
            tally = replaced
        raise TooManyAttempts(retry_after_seconds=1, subject=subject, **about)

    def give_back(self, reservation: Reservation) -> None:
        """Forget this attempt and no other, together with the wait that it set."""
        subject, own, before = reservation
        seen, now = own, self._now()
        for _ in range(MAX_LOOKS):
            wanted = before if seen == own else _without_one(seen, now)
            if wanted is None or now >= max(wanted.expires_at, wanted.blocked_until):
                left = self._store.remove(subject, seen)
            else:
                wanted = replace(wanted, reservation=uuid.uuid4().hex)
                left = self._store.replace(subject, seen, wanted)
            if left is None or left == wanted:
                return
            seen = left
        # Other attempts came first each time. This one is forgotten later, with theirs.

    def clear(self, subject: str) -> None:
        self._store.clear(subject)

    def find(self, subject: str) -> Tally | None:
        """Return what is remembered of a subject, None if nothing is."""
        tally = self._store.find(subject)
        return tally if tally is not None and self._now() < tally.expires_at else None


def _without_one(tally: Tally, now: int) -> Tally:
    """Return the tally with one attempt less. Of those that need no wait, none is left."""
    fewer = replace(tally, expires_at=tally.expires_at - FORGET_ONE_SECONDS)
    return replace(fewer, blocked_until=now) if wait_seconds(fewer.attempts(now)) == 0 else fewer


def _before(tally: Tally, now: int) -> Tally | None:
    """Return the tally that an attempt was added to which no wait followed."""
    earlier = replace(tally, expires_at=tally.expires_at - FORGET_ONE_SECONDS)
    return earlier if now < earlier.expires_at else None


def _is_free(tally: Tally, now: int) -> bool:
    """Whether the store can count one more without comparing, since no wait follows."""
    return 0 < tally.attempts(now) < FREE_ATTEMPTS - 1


def _next(tally: Tally, reservation: str, now: int) -> Tally:
    most = now + MOST_ATTEMPTS * FORGET_ONE_SECONDS
    counted = Tally(0, min(max(tally.expires_at, now) + FORGET_ONE_SECONDS, most), reservation)
    return replace(counted, blocked_until=now + wait_seconds(counted.attempts(now)))


def wait_seconds(attempts: int) -> int:
    """Return how long to wait after this many attempts, of which none succeeded."""
    if attempts < FREE_ATTEMPTS:
        return 0
    return min(1 << min(attempts - FREE_ATTEMPTS, 16), LONGEST_WAIT_SECONDS)
