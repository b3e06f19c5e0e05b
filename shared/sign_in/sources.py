"""Limits by the source of requests: an IP address, or the /64 network of one.

Guesses over many addresses meet no counter of an address. A source that has failed too often over
any of them waits, before any password is hashed.
"""

from shared.errors import TooManyAttempts, TooManyRequests
from shared.sign_in.quotas import Limit, Quotas, source_of

FAILURE_WINDOW_SECONDS = 15 * 60
SIGN_UP_WINDOW_SECONDS = 3600


class Sources:
    """At most `failures` failed attempts in a quarter of an hour, and at most `sign_ups` sign-ups
    in an hour, from one source. Every method raises Unavailable when the store cannot answer."""

    def __init__(self, quotas: Quotas, failures: int, sign_ups: int) -> None:
        self._quotas = quotas
        self._failures = Limit(failures, FAILURE_WINDOW_SECONDS)
        self._sign_ups = Limit(sign_ups, SIGN_UP_WINDOW_SECONDS)

    def check(self, address: str) -> None:
        """Raise TooManyAttempts if too many attempts from this source have failed. Nothing is
        counted yet, so attempts that are made at once can exceed the limit by their number."""
        wait_seconds = self._quotas.wait(_failures_from(address), self._failures)
        if wait_seconds:
            raise TooManyAttempts("too many attempts from one source",
                                  retry_after_seconds=wait_seconds)

    def count_failure(self, address: str) -> None:
        self._quotas.take(_failures_from(address), self._failures)

    def count_sign_up(self, address: str) -> None:
        """Count a sign-up, whatever becomes of it, or raise TooManyRequests."""
        wait_seconds = self._quotas.take(f"sign-ups from {source_of(address)}", self._sign_ups)
        if wait_seconds:
            raise TooManyRequests(retry_after_seconds=wait_seconds)


def _failures_from(address: str) -> str:
    return f"failures from {source_of(address)}"
