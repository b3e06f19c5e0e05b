"""Whether a password is known from a breach (NIST SP 800-63B-4 section 3.1.1.2), by the range API
of Have I Been Pwned or another source that works like it.

The source learns only the first five digits of the password's SHA-1, which up to a thousand of the
passwords that it knows share (k-anonymity). If it does not answer, the password is accepted: nobody
is kept from an account because a service of others is down.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol

from shared.errors import Unavailable

PREFIX_DIGITS = 5


class Ranges(Protocol):
    def counts(self, prefix: str) -> Mapping[str, int]:
        """Return how often each password was seen whose SHA-1, 40 hexadecimal digits in upper case,
        begins with `prefix`, by the 35 digits that follow. A count of 0 is padding. Raises
        Unavailable, saying why, if the source does not answer in time."""


class BreachedPasswords:
    """`skipped` is told why, whenever a password could not be looked up."""

    def __init__(self, ranges: Ranges, skipped: Callable[[str], None]) -> None:
        self._ranges, self._skipped = ranges, skipped

    def contain(self, password: str) -> bool:
        """Return whether the password, which is in NFC, is known to have been breached."""
        sha1 = hashlib.sha1(password.encode("utf-8"), usedforsecurity=False)
        digits = sha1.hexdigest().upper()
        prefix, rest = digits[:PREFIX_DIGITS], digits[PREFIX_DIGITS:]
        try:
            return self._ranges.counts(prefix).get(rest, 0) > 0
        except Unavailable as reason:
            self._skipped(str(reason))
            return False
