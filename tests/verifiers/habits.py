"""What each verifier does as it is set up here, apart from what all of them must do.

A person who is signed out, or whose key was revoked, is shut out of a service only after these.
The tests look shortly before and after each of these times, and a run ends with the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habits:
    """How long a verifier uses a key that it has fetched (None: as long as tokens come that name
    it), how soon it looks for one that it does not know, how long after `exp` it takes a token, and
    how old the proof of a bound token may be (None: it asks for none)."""

    keys_kept_seconds: int | None
    looks_again_seconds: int = 0
    leeway_seconds: int = 0
    proof_seconds: int | None = None


OF_JOSE = Habits(600, 30)
OF_EXPRESS = Habits(600, 30, 5, 300)
OF_EXAMPLES = Habits(300, 10, 0, 60)
# These three fetch no keys by themselves: a service does that for them, here every five minutes.
OF_SERVICE = Habits(300, 300)
HABITS = {
    "node/aws-jwt-verify": Habits(300), "node/example": OF_EXAMPLES,
    "node/express-oauth2-jwt-bearer": OF_EXPRESS,
    "node/express-oauth2-jwt-bearer-strict": OF_EXPRESS, "node/fast-jwt": Habits(None),
    "node/jose": OF_JOSE, "node/jsonwebtoken": Habits(600),
    "node/oauth4webapi": Habits(300, 60, 30, 300), "node/openid-client": OF_JOSE,
    "node/passport-jwt": Habits(600), "python/authlib": OF_SERVICE,
    "python/example": OF_EXAMPLES, "python/joserfc": OF_SERVICE,
    "python/jwcrypto": Habits(300, 300, 60), "python/pyjwt": Habits(300, 30)}
# Other settings of a verifier. One row of docs/protect-your-api.md is about both.
SETTINGS_OF = {"node/express-oauth2-jwt-bearer-strict": "node/express-oauth2-jwt-bearer"}


def table() -> Iterator[str]:
    """Yield the lines of a table of all habits, in seconds."""
    columns = "{:<38}{:>16}{:>22}{:>17}{:>17}"
    yield columns.format("verifier", "keeps keys for", "looks for new ones", "takes after exp",
                         "asks for proofs")
    for name, habits in HABITS.items():
        kept = habits.keys_kept_seconds
        yield columns.format(name, "ever" if kept is None else kept,
                             f"after {habits.looks_again_seconds}", habits.leeway_seconds,
                             f"of the last {habits.proof_seconds}" if habits.proof_seconds
                             else "no")
