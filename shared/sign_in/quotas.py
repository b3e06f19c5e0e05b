"""Quotas: so many of something in a window of time, counted for a subject.

Windows begin at whole multiples of their length, so that one write counts: the store adds one on
condition that the limit is not reached. At the border of two windows, twice the limit can pass
within less than one of them.
"""

import hmac
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple, Protocol


class Limit(NamedTuple):
    """At most `most` in each window of `window_seconds`."""

    most: int
    window_seconds: int


class QuotaStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def count(self, subject: str, most: int, expires_at: int) -> bool:
        """Add one to the count of `subject`, unless it is `most` already; return whether one was
        added. The count is forgotten at `expires_at` (epoch seconds)."""

    def uncount(self, subject: str) -> None:
        """Take one off the count of `subject`, if there is any."""

    def used(self, subject: str) -> int:
        """Return the count of `subject`."""


class Quotas:
    """`subject_key` returns the key that makes a pseudonym of what is counted; `now` returns
    epoch seconds."""

    def __init__(self, store: QuotaStore, subject_key: Callable[[], bytes],
                 now: Callable[[], int]) -> None:
        self._store, self._subject_key, self._now = store, subject_key, now

    def take(self, counted: str, limit: Limit) -> int:
        """Count one for `counted`. Return 0, or the seconds until the next window if this one has
        reached its limit, in which case nothing is counted."""
        now = self._now()
        ends_at = _end_of_window(limit, now)
        subject = self._subject(counted, ends_at)
        return 0 if self._store.count(subject, limit.most, ends_at) else ends_at - now

    def give_back(self, counted: str, limit: Limit) -> None:
        """Take back one that `take` has counted in the present window."""
        self._store.uncount(self._subject(counted, _end_of_window(limit, self._now())))

    def wait(self, counted: str, limit: Limit) -> int:
        """Return what `take` would, without counting."""
        now = self._now()
        ends_at = _end_of_window(limit, now)
        used = self._store.used(self._subject(counted, ends_at))
        return 0 if used < limit.most else ends_at - now

    def _subject(self, counted: str, ends_at: int) -> str:
        text = f"quota {counted} until {ends_at}"
        return hmac.digest(self._subject_key(), text.encode("utf-8"), "sha256").hex()


def source_of(address: str) -> str:
    """Return what one holder of an IP address can be counted by: an IPv6 address by its /64, of
    which a single host has all (RFC 6177)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{parsed.exploded[:19]}::/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _end_of_window(limit: Limit, now: int) -> int:
    return (now // limit.window_seconds + 1) * limit.window_seconds
