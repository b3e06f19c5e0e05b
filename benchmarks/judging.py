"""How much work can the characters of a password make of judging it?

The policy judges ordinary strong passwords, the worst ones that are known, and the worst that a
search finds in some seconds, all of the most characters that are judged. Each time is the least of
some measured in turn, in processor time.
"""

import platform
import random
import string
import time
from collections.abc import Mapping
from statistics import median

from zxcvbn.matching import L33T_TABLE, RANKED_DICTIONARIES

from benchmarks import machine, report
from shared.errors import WeakPassword
from shared.sign_in.password_policy import PasswordPolicy
from shared.sign_in.password_strength import ESTIMATED_CHARACTERS
from tests.support.passwords_to_judge import HOSTILE, ORDINARY, judged

# The longest address that a route takes, with symbols in every part.
EMAIL = "a1" * 32 + "@" + "b4." * 62 + "io"
TURNS, KEPT = 30, 8
SYMBOLS: str = "".join(map("".join, L33T_TABLE.values()))
WORDS: list[str] = [word for ranks in RANKED_DICTIONARIES.values() for word in ranks]
POLICY = PasswordPolicy(15, "session-api")
HEADER = ("password", "CPU ms", "x ordinary")


def run(seconds: int, publish: bool) -> None:
    """Print what judging each of the passwords takes."""
    found = search(seconds, random.Random())
    taken = _interleaved(ORDINARY | HOSTILE | {f"found in {seconds} s": found})
    ordinary = median(taken[name] for name in ORDINARY)
    rows: list[tuple[str, ...]] = [
        (name, f"{milliseconds:.1f}", f"{milliseconds / ordinary:.2f}")
        for name, milliseconds in taken.items()]
    told = machine.describe(platform.python_version())
    print(report.aligned(HEADER, rows), f"The worst that was found: {found!r}",
          machine.sentence(told), sep="\n")
    if publish:
        report.publish("judging", f"{machine.sentence(told)}\n\n{report.markdown(HEADER, rows)}")


def search(seconds: float, choose: random.Random) -> str:
    """Return the password that takes longest of those that were tried."""
    best = sorted((_cpu_ms(password, 3), password) for password in map(judged, HOSTILE.values()))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        changed = mutated(choose.choice(best)[1], choose)
        # Only what looks slower at once is measured again.
        if _cpu_ms(changed) > best[0][0] and changed not in [known for _, known in best]:
            best = sorted([*best, (_cpu_ms(changed, 3), changed)])[-KEPT:]
    return best[-1][1]


def mutated(password: str, choose: random.Random) -> str:
    """Return a password of the same length that has another character, word, number or repeat."""
    place, length = choose.randrange(len(password)), choose.randint(1, 20)
    before, part, after = (password[:place], password[place:place + length],
                           password[place + length:])
    changed = choose.choice([
        choose.choice(string.printable) + part[1:], choose.choice(SYMBOLS) + part[1:],
        choose.choice(WORDS), part * choose.randint(2, 6), part[1:], part[::-1],
        "".join(choose.choices(string.digits, k=length))])
    return ((before + changed + after) * 2 + password)[:ESTIMATED_CHARACTERS]


def _interleaved(passwords: Mapping[str, str]) -> dict[str, float]:
    least = {name: float("inf") for name in passwords}
    for _ in range(TURNS):
        for name, password in passwords.items():
            least[name] = min(least[name], _cpu_ms(judged(password)))
    return least


def _cpu_ms(password: str, times: int = 1) -> float:
    least = float("inf")
    for _ in range(times):
        started_at = time.process_time()
        try:
            POLICY.check(password, EMAIL)
        except WeakPassword:
            pass
        least = min(least, time.process_time() - started_at)
    return least * 1000
