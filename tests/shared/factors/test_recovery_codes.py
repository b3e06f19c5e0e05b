"""Ten secrets on paper."""

import re

import pytest

from shared.factors.recovery_codes import digest, new_codes, normalised

KEY = b"a key of one set, which is sealed"


def test_ten_codes_of_eighty_bits_are_made() -> None:
    """In four groups, of the characters of base32: 16 of them are 80 bits."""
    codes = new_codes()

    assert len(set(codes)) == 10
    assert all(re.fullmatch("[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)


def test_no_two_sets_have_a_code_in_common() -> None:
    made = [code for _ in range(100) for code in new_codes()]

    assert len(set(made)) == 1000


@pytest.mark.parametrize("typed", ["ABCD-EFGO-IJKL-MNOP", "abcdefgoijklmnop", "ABCD EFGO IJKL MNOP",
                                   "abcd-efg0-1jkl-mn0p", " ABCDEFGOIJKLMNOP ",
                                   "ABCD\u2011EFGO\u2013IJKL\u00a0MNOP\n",
                                   "ＡＢＣＤ－ＥＦＧＯ－ＩＪＫＬ－ＭＮＯＰ"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == "ABCDEFGOIJKLMNOP"
    assert digest(KEY, typed) == digest(KEY, "ABCD-EFGO-IJKL-MNOP")


def test_another_code_or_another_key_is_another_digest() -> None:
    first, second = new_codes()[:2]

    assert len({digest(KEY, first), digest(KEY, second), digest(b"another key", first)}) == 3


@pytest.mark.parametrize("typed", ["", "\0", "ß" * 64, "\u202e" * 64, "😀" * 64])
def test_any_text_has_a_digest(typed: str) -> None:
    """What a stranger types must not fail."""
    assert len(digest(KEY, typed)) == 64
