"""Long enough, not too long, hard to guess; nothing else is asked of a password."""

import sys
import unicodedata

import pytest

from shared.errors import WeakPassword
from shared.sign_in.password_policy import COMPOSED_FROM, PasswordPolicy

EMAIL = "ada@lovelace.example.org"
POLICY = PasswordPolicy(min_characters=15, service_name="session-api")


def faults(password: str, email: str = EMAIL, policy: PasswordPolicy = POLICY) -> list[str]:
    """Return the messages of a refusal, none if the password will do."""
    try:
        policy.check(password, email)
    except WeakPassword as refusal:
        assert all(field["field"] == "password" for field in refusal.fields)
        return [field["message"] for field in refusal.fields]
    return []


@pytest.mark.parametrize("password", [
    "correct horse battery staple", "notes on the analytical engine", "xkcd9 lattice moonbeam",
    "\u0441\u0438\u043d\u0438\u0439 \u043a\u0438\u0442 \u0432 \u043d\u0435\u0431\u0435",
    "".join(chr(0x1F400 + 7 * number * number % 60) for number in range(15)),
    "all lower case letters here", "open\0sesame\0treacle\0fudge"])
def test_a_long_unusual_password_will_do_whatever_it_is_made_of(password: str) -> None:
    assert faults(password) == []


@pytest.mark.parametrize("length", [15, 128])
def test_both_limits_are_within(length: int) -> None:
    assert faults(("qzvk7 wmtx3 jfhd9 bplr2 " * 6)[:length]) == []


def test_one_character_less_is_too_short() -> None:
    assert "must have at least 15 characters" in faults("qzvk7 wmtx3 jf")


def test_one_character_more_is_too_long() -> None:
    assert faults(("qzvk7 wmtx3 jfhd9 bplr2 " * 6)[:129]) == ["must have at most 128 characters"]


@pytest.mark.parametrize("code_points", [513, 8000])
def test_what_is_longer_in_any_composition_is_not_composed(code_points: int) -> None:
    """Each of these becomes one code point for four, and their order takes NFC long to find."""
    assert faults(("\u03b1\u0313\u0300\u0345" * 2000)[:code_points]) == [
        "must have at most 128 characters"]
    assert faults("\u03b1\u0313\u0300\u0345" * 128) != ["must have at most 128 characters"]


def test_no_more_than_four_code_points_become_one() -> None:
    longest = max(len(unicodedata.normalize("NFD", chr(code))) for code in range(sys.maxunicode))

    assert longest == COMPOSED_FROM


@pytest.mark.parametrize("password", ["12345\n and some more words", "123456\n quillwort tarns"])
def test_a_line_break_after_digits_is_judged_like_any_character(password: str) -> None:
    assert faults(password) == []
    assert faults("12345\n12345\n12345\n") != []


def test_length_counts_code_points_as_typed_on_any_keyboard() -> None:
    """Fifteen letters that decompose into thirty code points."""
    assert faults("e\u0301" * 15, policy=PasswordPolicy(15, "x")) != []
    assert "must have at least 15 characters" in faults("e\u0301" * 14)
    assert "must have at least 15 characters" not in faults("e\u0301" * 15)


@pytest.mark.parametrize("password", [
    "aaaaaaaaaaaaaaaaaaaa", "passwordpassword", "123456789012345678", "qwertyuiopasdfgh",
    "iloveyouiloveyou"])
def test_what_others_use_too_is_too_easy(password: str) -> None:
    [fault] = faults(password)

    assert fault.startswith("is too easy to guess.")


@pytest.mark.parametrize("password", [
    EMAIL, "lovelace.example.org", "session-apisession-api", "lovelacelovelace1"])
def test_the_address_and_the_service_are_no_help(password: str) -> None:
    assert any(fault.startswith("is too easy to guess.") for fault in faults(password))


def test_whoever_is_refused_is_told_what_to_do() -> None:
    """The second password is one that zxcvbn has no warning for."""
    assert faults("iloveyouiloveyou") == [
        "is too easy to guess. Repeats like \"abcabcabc\" are only slightly harder to guess than"
        " \"abc\". Add another word or two. Uncommon words are better. Avoid repeated words and"
        " characters."]
    assert faults("xq7pmz4k", policy=PasswordPolicy(8, "x")) == [
        "is too easy to guess. Add another word or two. Uncommon words are better."]


@pytest.mark.parametrize("email", ["ada@quillwort.co.uk", "quillwort@lovelace.org"])
def test_a_part_of_the_address_is_no_help(email: str) -> None:
    assert faults("quillwortquillwort", email) != []
    assert faults("quillwortquillwort", "ada@lovelace.org") == []


def test_the_same_word_is_fine_for_somebody_else() -> None:
    password = "zyxomma quillwort tarn"

    assert faults(password) == []
    assert faults(password, email=f"{password.replace(' ', '.')}@x.org") == []


def test_every_fault_is_told_at_once() -> None:
    assert len(faults("password")) == 2


def test_a_stage_may_ask_for_eight() -> None:
    lenient = PasswordPolicy(8, "session-api")

    assert "must have at least 8 characters" in faults("zq7#Kv!", policy=lenient)
    assert faults("zq7#Kv!pW2", policy=lenient) == []


def test_the_fault_is_named_after_the_field_of_the_body() -> None:
    with pytest.raises(WeakPassword) as refusal:
        POLICY.check("short", EMAIL, field="new_password")

    assert {field["field"] for field in refusal.value.fields} == {"new_password"}


def test_the_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(WeakPassword) as refusal:
        POLICY.check("hunter2", EMAIL)

    assert "hunter2" not in f"{refusal.value} {refusal.value.fields}"
