"""Estimates how hard a password is to guess, with zxcvbn, whatever its characters are.

zxcvbn's work can be driven up by the choice of characters. The functions with which that was
possible are replaced here, by others with the same results, in copies of its modules: the library
itself stays as it is. So does its table of the person's own words, which it would keep in a global.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from zxcvbn import matching, scoring
from zxcvbn.feedback import get_feedback
from zxcvbn.time_estimates import guesses_to_score

from shared.sign_in.l33t_words import l33t_match
from shared.sign_in.match_sequence import best_sequence

# zxcvbn's own limit. Its work grows steeply with length, and what follows a strong
# beginning cannot weaken it.
ESTIMATED_CHARACTERS = 72
# Its expressions take the digits before a line break for a date, and it then fails to read the
# line break as a number. In lower case, the capital dotted I is two characters.
_MISREAD = str.maketrans({"\n": " ", "\u0130": "I"})


class Strength(NamedTuple):
    """How many guesses a password takes, as a score from 0 to 4 too, and how to better it."""

    guesses: Decimal
    score: int
    advice: Sequence[str]


def estimate(password: str, own_words: Sequence[str]) -> Strength:
    """Return the strength of the beginning of `password` for a person whose words these are."""
    text = password[:ESTIMATED_CHARACTERS].translate(_MISREAD)
    try:
        return _estimate(text, own_words)
    except Exception:
        # No text is known with which zxcvbn still fails. With one, its letters and digits are
        # judged alone: what is left out could only have made the password stronger.
        plain = re.sub("[^A-Za-z0-9]", "", text)
        return _estimate(plain or " ", own_words)


def _estimate(text: str, own_words: Sequence[str]) -> Strength:
    own = matching.build_ranked_dict([word.lower() for word in own_words])
    matchers = _copy(matching, l33t_match=l33t_match,
                     most_guessable_match_sequence=_best_sequence)
    # zxcvbn calls it without dictionaries for the part that a password repeats.
    matchers["omnimatch"].__defaults__ = (matching.RANKED_DICTIONARIES | {"user_inputs": own},)
    found = _best_sequence(text, matchers["omnimatch"](text))
    score: int = guesses_to_score(found["guesses"])
    feedback = get_feedback(score, found["sequence"])
    return Strength(found["guesses"], score,
                    [*filter(None, [feedback["warning"], *feedback["suggestions"]])])


def _copy(module: ModuleType, **replaced: object) -> Mapping[str, Any]:
    """Return the names of `module`, with its functions copied so that they see `replaced`."""
    names = vars(module) | replaced
    for name, function in vars(module).items():
        if isinstance(function, FunctionType) and name not in replaced:
            names[name] = FunctionType(function.__code__, names, name, function.__defaults__)
    return names


def _best_sequence(text: str, matches: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    return best_sequence(text, matches, _SCORING["estimate_guesses"])


def _spatial_guesses(match: Mapping[str, Any]) -> float:
    """Return what zxcvbn's function of this name returns, by a sum over the turns alone.

    zxcvbn also adds up all lengths up to that of the pattern, which binomials do in one step.
    """
    starts, degree = _KEYS["keyboard" if match["graph"] in ("qwerty", "dvorak") else "keypad"]
    length, shifted = len(match["token"]), match["shifted_count"]
    guesses = sum((math.comb(length, turns) - 1) * starts * degree ** turns
                  for turns in range(1, min(match["turns"], length - 1) + 1))
    fewer = min(shifted, length - shifted)
    if shifted:
        guesses *= sum(math.comb(length, count) for count in range(1, fewer + 1)) or 2
    return guesses


_KEYS: Mapping[str, tuple[int, float]] = {
    "keyboard": (scoring.KEYBOARD_STARTING_POSITIONS, scoring.KEYBOARD_AVERAGE_DEGREE),
    "keypad": (scoring.KEYPAD_STARTING_POSITIONS, scoring.KEYPAD_AVERAGE_DEGREE)}
_SCORING = _copy(scoring, spatial_guesses=_spatial_guesses)
