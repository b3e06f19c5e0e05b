"""The words are those that zxcvbn finds by all its tables."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn import matching

from shared.sign_in.l33t_words import LONGEST_WORD, l33t_match

OWN = ["ada4@lovelace.org", "ada4", "lovelace.org", "se55ion-api", "q" * 30 + "a", "x", ""]
DICTIONARIES: Mapping[str, Mapping[str, int]] = matching.RANKED_DICTIONARIES | {
    "user_inputs": matching.build_ranked_dict(OWN)}
WORDS = ["password", "trustno1", "master6", "dragon4", "abc45", "iloveyou", "titan7", "ghost1"]


def found(matches: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return sorted((match["i"], match["j"], match["matched_word"], match["dictionary_name"],
                   match["rank"], match["token"], sorted(match["sub"].items()))
                  for match in matches)


def by_zxcvbn(password: str) -> list[tuple[object, ...]]:
    """Return what the library finds, but each match only once."""
    once = {repr(match): match
            for match in matching.l33t_match(password, _ranked_dictionaries=DICTIONARIES)}
    return found(list(once.values()))


def spellings(word: str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.sampled_from([letter, letter.upper(),
                                        *matching.L33T_TABLE.get(letter, [])])
                       for letter in word)).map("".join)


@given(st.lists(st.sampled_from(WORDS + OWN).flatmap(spellings), max_size=3).map(" ".join))
def test_words_in_any_spelling_are_found(password: str) -> None:
    assert found(l33t_match(password, DICTIONARIES)) == by_zxcvbn(password)


@given(st.text(st.sampled_from("abceilstA 4@8({[<369!1|0$5+7%2"), max_size=12))
def test_mixtures_of_symbols_are_read_by_the_same_rules(password: str) -> None:
    assert found(l33t_match(password, DICTIONARIES)) == by_zxcvbn(password)


@pytest.mark.parametrize(("password", "word"), [
    ("p4$$word", "password"), ("@bc4", "abc4"), ("7itan", "titan"), ("l33t", "leet")])
def test_a_spelled_word_is_found(password: str, word: str) -> None:
    """In the second, one symbol stands for a letter, and another one for itself."""
    matches = l33t_match(password, {"user_inputs": {word: 1}})

    assert [match["matched_word"] for match in matches] == [word]


def test_the_longest_word_is_as_long_as_is_said() -> None:
    assert LONGEST_WORD == max(len(word) for ranks in matching.RANKED_DICTIONARIES.values()
                               for word in ranks)
