"""Chooses, of the matches in a password, the sequence that takes the fewest guesses.

This is zxcvbn's search in floating point. zxcvbn computes in decimals, and estimates a match anew
for each sequence that it could continue, so that a password with many short patterns takes long.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from math import factorial
from typing import Any, NamedTuple

# By zxcvbn's rules: what each character that is in no pattern multiplies the guesses by, and what
# each further part of a sequence adds to them at least.
GUESSES_OF_A_CHARACTER = 10.0
GUESSES_OF_A_PART = 10_000.0

Match = Mapping[str, Any]
Estimate = Callable[[Match, str], Decimal]


class Step(NamedTuple):
    """The best sequence of some length that ends at a character: all its guesses, the product of
    the guesses of its parts, and its last part, which is a match or any characters from `i`."""

    guesses: float
    product: float
    i: int
    match: Match | None


Steps = dict[int, Step]
BEGINNING: Steps = {0: Step(0, 1, 0, {})}


def best_sequence(password: str, matches: Iterable[Match], estimate: Estimate) -> dict[str, Any]:
    """Return the guesses and the sequence of the fewest; `estimate` returns those of one match."""
    ending: list[list[Match]] = [[] for _ in password]
    for match in sorted(matches, key=lambda match: int(match["i"])):
        ending[match["j"]].append(match)
    best: list[Steps] = []
    for j, matches_here in enumerate(ending):
        steps: Steps = {}
        for match in matches_here:
            _continue(best, steps, match["i"], float(estimate(match, password)), match)
        for i in range(j + 1):
            # One character alone costs one guess more, so that a match of one is preferred.
            guesses = GUESSES_OF_A_CHARACTER ** (j + 1 - i) + (i == j)
            _continue(best, steps, i, guesses, None)
        best.append(steps)
    length = min(best[-1], key=lambda length: best[-1][length].guesses)
    return {"guesses": Decimal(best[-1][length].guesses),
            "sequence": _unwound(password, best, length)}


def _continue(best: Sequence[Steps], steps: Steps, i: int, guesses: float, match: Match | None
              ) -> None:
    """Add to `steps` what a part from `i` makes of the sequences before it, if it is better than
    all that are not longer."""
    for length, before in (best[i - 1] if i else BEGINNING).items():
        if match is None and before.match is None:
            continue
        product, longer = before.product * guesses, length + 1
        all_guesses = factorial(longer) * product + GUESSES_OF_A_PART ** length
        for known, step in steps.items():
            if known <= longer and step.guesses <= all_guesses:
                break
        else:
            steps[longer] = Step(all_guesses, product, i, match)


def _unwound(password: str, best: Sequence[Steps], length: int) -> list[Match]:
    sequence: list[Match] = []
    j = len(password) - 1
    while length:
        step = best[j][length]
        sequence.insert(0, step.match or {
            "pattern": "bruteforce", "token": password[step.i:j + 1], "i": step.i, "j": j})
        j, length = step.i - 1, length - 1
    return sequence
