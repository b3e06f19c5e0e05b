"""Estimates are zxcvbn's own, and no choice of characters makes them much more work."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import zxcvbn
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import matching, scoring

from shared.sign_in import password_strength
from shared.sign_in.password_strength import Strength, estimate
from tests.support.passwords_to_judge import HOSTILE, ORDINARY, judged

WORDS = ["ada4@lovelace.example.org", "ada4", "lovelace.example.org", "lovelace", "session-api"]
COMMON = list(matching.RANKED_DICTIONARIES["passwords"])
SYMBOLS = "".join(symbol for symbols in matching.L33T_TABLE.values() for symbol in symbols)


def by_zxcvbn(password: str, monkeypatch: pytest.MonkeyPatch) -> Strength:
    """Return what the library says by itself, without leaving the words in its global."""
    monkeypatch.setitem(matching.RANKED_DICTIONARIES, "user_inputs", {})
    found = zxcvbn.zxcvbn(password, user_inputs=WORDS)
    feedback = found["feedback"]
    return Strength(found["guesses"], found["score"],
                    [*filter(None, [feedback["warning"], *feedback["suggestions"]])])


def spelled(word: str, choose: random.Random) -> str:
    """Return a spelling of `word` with symbols for about half of the letters that have any."""
    return "".join(choose.choice(matching.L33T_TABLE[letter])
                   if letter in matching.L33T_TABLE and choose.random() < 0.5 else letter
                   for letter in word)


def corpus() -> Iterator[str]:
    """Passwords as people choose them, which are in no way hostile."""
    choose = random.Random(15)
    for word in COMMON[:300:5]:
        yield word
    for _ in range(60):
        yield spelled(choose.choice(COMMON), choose)
        yield spelled("".join(choose.sample(COMMON[:2000], 2)), choose)
        yield " ".join(choose.sample(COMMON[:9000], 4))
        yield "".join(choose.choices([chr(code) for code in range(33, 127)], k=16))
    yield from ("1991-12-11 and 3/4/2001", "20121212", "qwertyuiop[]asdfgh", "zxcvbnm,./zaq1@WSX",
                "ada4@lovel4ce.ex@mple.org", "lovelacelovelace", "abcabcabcABC", "QWERTYuiop!@#$",
                "\u0441\u0438\u043d\u0438\u0439 \u043a\u0438\u0442", "1212121212", "7777777777")


class Counted(dict[str, int]):
    """A dictionary that counts its look-ups."""

    look_ups = 0

    def __contains__(self, word: object) -> bool:
        Counted.look_ups += 1
        return super().__contains__(word)


def look_ups(password: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(matching, "RANKED_DICTIONARIES", {
        name: Counted(ranks) for name, ranks in matching.RANKED_DICTIONARIES.items()})
    Counted.look_ups = 0
    estimate(password, WORDS)
    monkeypatch.undo()
    return Counted.look_ups


def assert_same(ours: Strength, theirs: Strength) -> None:
    assert (ours.score, ours.advice) == (theirs.score, theirs.advice)
    assert float(ours.guesses) == pytest.approx(float(theirs.guesses), rel=1e-12)


def test_ordinary_and_l33t_spelled_passwords_are_estimated_as_zxcvbn_does(
        monkeypatch: pytest.MonkeyPatch) -> None:
    for password in corpus():
        assert_same(estimate(password, WORDS), by_zxcvbn(password, monkeypatch))


@given(st.text(st.sampled_from("abceilstpw0rd xyz129/-QW" + SYMBOLS), min_size=1, max_size=14))
def test_any_text_is_estimated_as_zxcvbn_does(password: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_same(estimate(password, WORDS), by_zxcvbn(password, monkeypatch))


@pytest.mark.parametrize("password", HOSTILE.values(), ids=HOSTILE)
def test_no_choice_of_characters_takes_many_more_look_ups(
        password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = [look_ups(judged(usual), monkeypatch) for usual in ORDINARY.values()]

    assert look_ups(judged(password), monkeypatch) <= 3 * min(ordinary)


@settings(max_examples=20)
@given(st.text(st.sampled_from(SYMBOLS + "abcilt"), min_size=72, max_size=72))
def test_no_mixture_of_symbols_takes_many_more_look_ups(password: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        ordinary = look_ups(judged(ORDINARY["words"]), monkeypatch)
        assert look_ups(password, monkeypatch) <= 3 * ordinary


def test_one_persons_words_do_not_count_for_the_next() -> None:
    before = estimate("quillwortquillwort", [])

    assert estimate("quillwortquillwort", ["quillwort"]).score < before.score
    assert estimate("quillwortquillwort", []) == before
    assert "user_inputs" not in matching.RANKED_DICTIONARIES


@given(st.sampled_from(["qwerty", "dvorak", "keypad", "mac_keypad"]), st.integers(3, 72),
       st.integers(1, 71), st.integers(0, 72))
def test_a_pattern_of_keys_takes_as_many_guesses_as_zxcvbn_says(
        graph: str, length: int, turns: int, shifted: int) -> None:
    match: dict[str, Any] = {"graph": graph, "token": "x" * length, "turns": turns,
                             "shifted_count": min(shifted, length)}

    assert password_strength._spatial_guesses(match) == pytest.approx(
        scoring.spatial_guesses(match), rel=1e-12)


@pytest.mark.parametrize(("password", "score"), [
    ("correct horse battery staple!", 4), ("password!", 0), ("!" * 20, 0)])
def test_text_that_breaks_the_estimator_is_judged_by_its_letters_and_digits(
        password: str, score: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, **_: object) -> list[object]:
        if "!" in text:
            raise ValueError(text)
        return []

    monkeypatch.setattr(matching, "regex_match", broken)

    assert estimate(password, WORDS).score == score


@pytest.mark.parametrize(("password", "like"), [
    ("12345\n and some more words", "12345  and some more words"),
    ("password\npassword", "password password"), ("12345\n", "12345 "),
    ("\u0130loveyou", "Iloveyou")])
def test_characters_that_zxcvbn_misreads_are_judged_like_others(password: str, like: str) -> None:
    assert estimate(password, WORDS) == estimate(like, WORDS)
