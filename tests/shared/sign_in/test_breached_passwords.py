"""A password is looked up by the start of its hash alone, and accepted if nobody answers."""

import hashlib
from collections.abc import Mapping

import pytest

from shared.errors import Unavailable, WeakPassword
from shared.sign_in.breached_passwords import BreachedPasswords
from shared.sign_in.password_policy import BREACHED, PasswordPolicy

EMAIL = "ada@lovelace.example.org"
PASSWORD = "notes on the analytical engine"
SHA1 = hashlib.sha1(PASSWORD.encode()).hexdigest().upper()


class Ranges:
    """A source that has seen these hashes so often. It notes what it is asked."""

    def __init__(self, seen: Mapping[str, int], answers: bool = True) -> None:
        self.seen, self.answers = seen, answers
        self.asked: list[str] = []

    def counts(self, prefix: str) -> Mapping[str, int]:
        self.asked.append(prefix)
        if not self.answers:
            raise Unavailable("no answer in time")
        return {digits[5:]: count for digits, count in self.seen.items()
                if digits.startswith(prefix)}


def policy(ranges: Ranges, skipped: list[str] | None = None) -> PasswordPolicy:
    reasons = [] if skipped is None else skipped
    return PasswordPolicy(15, "session-api", BreachedPasswords(ranges, reasons.append))


def faults(policy: PasswordPolicy, password: str = PASSWORD) -> list[str]:
    try:
        policy.check(password, EMAIL, "new_password")
    except WeakPassword as refusal:
        assert {field["field"] for field in refusal.fields} == {"new_password"}
        return [field["message"] for field in refusal.fields]
    return []


@pytest.mark.parametrize(("count", "expected"), [(1, [BREACHED]), (9_000_000, [BREACHED]),
                                                 (0, [])])
def test_a_password_that_was_seen_is_weak_unless_it_is_padding(
        count: int, expected: list[str]) -> None:
    assert faults(policy(Ranges({SHA1: count}))) == expected


def test_nothing_but_the_start_of_the_hash_is_told() -> None:
    ranges = Ranges({})

    assert faults(policy(ranges)) == []

    assert ranges.asked == [SHA1[:5]]


def test_another_password_of_the_same_range_is_another_password() -> None:
    other = SHA1[:5] + "0" * 35

    assert faults(policy(Ranges({other: 7}))) == []


def test_the_hash_is_that_which_the_source_publishes() -> None:
    """The example of its documentation: 5BAA6, for the SHA-1 of "password"."""
    ranges = Ranges({"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8": 3})

    assert BreachedPasswords(ranges, lambda _: None).contain("password")


def test_a_password_is_looked_up_in_nfc() -> None:
    """As it is hashed: however a keyboard composes it, it is one password."""
    composed = "caf\u00e9 au lait in the rain, 1843"
    ranges = Ranges({hashlib.sha1(composed.encode()).hexdigest().upper(): 1})

    assert faults(policy(ranges), "cafe\u0301 au lait in the rain, 1843") == [BREACHED]


@pytest.mark.parametrize("password", ["short", "password password password", "x" * 129])
def test_what_the_rules_refuse_is_not_looked_up(password: str) -> None:
    ranges = Ranges({})

    assert faults(policy(ranges), password) not in ([], [BREACHED])

    assert ranges.asked == []


def test_without_an_answer_the_password_is_accepted_and_the_reason_is_told() -> None:
    skipped: list[str] = []

    assert faults(policy(Ranges({SHA1: 1}, answers=False), skipped)) == []

    assert skipped == ["no answer in time"]


def test_an_answer_is_nothing_to_tell() -> None:
    skipped: list[str] = []

    faults(policy(Ranges({SHA1: 1}), skipped))

    assert skipped == []
