"""Brute-force protection: attempts are reserved before a password is looked at.

Five attempts are free. The fifth and each one after it sets a wait before the next, 1 s at first
and twice as long each time, up to 15 minutes. A success clears the count, and so do 24 h without
an attempt. Attempts at unknown addresses are counted in the same way. Reserving is a conditional
write (a compare-and-set once the free ones are used up), so that however many guesses arrive at
once, no more than the allowance reaches the password hash.
"""

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.errors import TooManyAttempts, Unavailable

FREE_ATTEMPTS = 5
LONGEST_WAIT_SECONDS = 15 * 60
FORGET_SECONDS = 24 * 3600
MAX_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """Attempts of one subject. `reservation` identifies the write that made this tally, so that a
    retry recognises its own first try. Instants are epoch seconds."""

    attempts: int
    blocked_until: int
    expires_at: int
    reservation: str


class AttemptStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        """Count an attempt if no wait follows it and the tally has not expired, and return the
        tally that the store has then. It has this `reservation` only if the attempt was
        counted."""

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally | None:
        """Replace `seen` by `new`, and return the tally that the store has then. It is `new` if
        that worked, another one if a different attempt came first, and None if it was cleared
        meanwhile."""

    def clear(self, subject: str) -> None: ...
    def find(self, subject: str) -> Tally | None: ...


class Attempts:
    """`subject_key` returns the key that turns an address into a subject; `now` returns epoch
    seconds."""

    def __init__(self, store: AttemptStore, subject_key: Callable[[], bytes],
                 now: Callable[[], int]) -> None:
        self._store, self._subject_key, self._now = store, subject_key, now

    def subject(self, email: str) -> str:
        """Return the pseudonym of an address: an HMAC, so that tables and logs hold no address."""
        return hmac.digest(self._subject_key(), email.encode("utf-8"), "sha256").hex()

    def reserve(self, subject: str) -> None:
        """Count an attempt, or raise TooManyAttempts with the seconds left to wait.

        Raises Unavailable when the store cannot answer, or when other attempts at the same
        subject won MAX_LOOKS times in a row.
        """
        now, reservation = self._now(), uuid.uuid4().hex
        tally = self._store.begin(subject, reservation, now)
        for _ in range(MAX_LOOKS):
            if tally.reservation == reservation:
                return
            if now < tally.blocked_until:
                raise TooManyAttempts(retry_after_seconds=tally.blocked_until - now,
                                      subject=subject)
            tally = (self._store.replace(subject, tally, _next(tally, reservation, now))
                     or self._store.begin(subject, reservation, now))
        raise Unavailable

    def clear(self, subject: str) -> None:
        self._store.clear(subject)

    def count(self, subject: str) -> int:
        """Return how many attempts since the last success are remembered."""
        tally = self._store.find(subject)
        return tally.attempts if tally is not None and self._now() < tally.expires_at else 0


def _next(tally: Tally, reservation: str, now: int) -> Tally:
    attempts = 1 if now >= tally.expires_at else tally.attempts + 1
    return Tally(attempts, now + wait_seconds(attempts), now + FORGET_SECONDS, reservation)


def wait_seconds(attempts: int) -> int:
    """Return how long to wait after this many attempts, of which none succeeded."""
    if attempts < FREE_ATTEMPTS:
        return 0
    return min(1 << min(attempts - FREE_ATTEMPTS, 16), LONGEST_WAIT_SECONDS)
