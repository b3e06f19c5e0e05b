"""The sequence takes as many guesses as the one that zxcvbn chooses, and covers the password."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn import matching, scoring

from shared.sign_in.match_sequence import best_sequence
from tests.support.passwords_to_judge import HOSTILE, ORDINARY, judged


def assert_as_good(password: str) -> None:
    matches = matching.omnimatch(password)
    ours = best_sequence(password, matches, scoring.estimate_guesses)
    theirs = scoring.most_guessable_match_sequence(password, matches)

    assert float(ours["guesses"]) == pytest.approx(float(theirs["guesses"]), rel=1e-12)
    assert "".join(match["token"] for match in ours["sequence"]) == password


@pytest.mark.parametrize("password", [ORDINARY["words"], HOSTILE["two digits in turn"],
                                      HOSTILE["one digit"]])
def test_the_longest_password_takes_as_many_guesses(password: str) -> None:
    assert_as_good(judged(password))


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["password", "12", "21", "qwe", "abc", "1991", "zz", "x", "Q!",
                                 " "]), min_size=1, max_size=8).map("".join))
def test_a_mixture_of_patterns_takes_as_many_guesses(password: str) -> None:
    assert_as_good(password)
