"""Passwords of the most characters that are judged: ordinary ones, and the worst that are known."""

from shared.sign_in.password_strength import ESTIMATED_CHARACTERS

ORDINARY = {
    "words": "notes on the analytical engine and what it might do one day for all of us",
    "letters and digits":
        "mV3kQz8RtYb5WnJx2LcHf7GpSdT9aKuEo4ZiXwN6qMvBr1CyFgUhPjDl0sAeOtIkRzWm8QxV",
    "any characters":
        r"yR,7u}K|dG^w]9Qz&Hk;B2v~XfP!n/4tM?cZ=j3E)sL(aV+6oT:g-Y5iU@e$Fp%Cx1WqD*Jr",
}
# By search, these take the most look-ups or the most processor time.
HOSTILE = {
    "every symbol for a letter": "4@8({[<369&#!1|0$5+7%2/" * 4,
    "symbols for two letters": "1|7!+il" * 11,
    "symbols and dates": "a1a1|7" * 12,
    "two digits in turn": "12" * 36,
    "digits with breaks":
        "1P2121121N1212121217121$121212121212121212121217121$12121212121212121121",
    "one digit": "1" * 72,
}


def judged(password: str) -> str:
    return password[:ESTIMATED_CHARACTERS]
