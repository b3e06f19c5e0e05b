"""The bounds that are explored, and the rules that can be."""

from collections.abc import Callable
from typing import Any, NamedTuple

from shared.sessions.state import Lifetimes, decide
from shared.tokens.proofs import WINDOW_SECONDS
from tests.model import invariants, others_parts, others_rules
from tests.model.others_rules import OthersRules
from tests.model.rules import OurRules, Parts, Rules
from tests.model.state import FOREVER, SHOWS, Bounds


def _endless(access: int, early: int, grace: int) -> Lifetimes:
    return Lifetimes(access, FOREVER, FOREVER, early, grace)


def _bound(access: int, early: int, grace: int, **bounds: Any) -> Bounds:
    """Return bounds of sessions that are bound to a key. Lifetimes are in ticks of half a minute,
    so that a proof can be used two ticks before and after its time."""
    tick = WINDOW_SECONDS // 2
    return Bounds(_endless(access * tick, early * tick, grace * tick), tick=tick, bound=True,
                  **bounds)


# Access tokens that live longer than the grace, and shorter; sessions that never expire,
# so that time itself is unbounded, and sessions whose idle and absolute end is near.
SMALL = (
    Bounds(_endless(3, 1, 1), messages=2),
    Bounds(Lifetimes(1, 2, 3, 0, 1), messages=2),
    Bounds(_endless(3, 1, 1), messages=1, thief=True),
    Bounds(_endless(1, 0, 2), messages=1, thief=True),
    Bounds(Lifetimes(2, 4, 6, 1, 1), messages=1, thief=True),
    _bound(2, 0, 1, messages=1, captures=1, clock_errors=(WINDOW_SECONDS,)),
    _bound(3, 1, 1, messages=1, thief=True),
    Bounds(_endless(2, 0, 1), messages=1, thief=True, steps_up=("password", "code")),
    # An access token is spent before it has expired.
    Bounds(_endless(4, 2, 0), messages=1, thief=True, steps_up=("password",)),
    Bounds(Lifetimes(2, 3, 4, 0, 1), messages=1, steps_up=tuple(SHOWS)),
    Bounds(Lifetimes(1, 2, 2, 0, 1), messages=2, doubles=False, steps_up=("password",)),
    Bounds(Lifetimes(1, 2, 2, 0, 1), messages=2, doubles=False, blocks=True),
)
# Those whose walks are repeated with the handlers; the others show nothing more.
TRACED = SMALL[:8] + SMALL[9:10] + SMALL[11:]
LARGE = SMALL + (
    Bounds(_endless(1, 0, 2), messages=2),
    Bounds(Lifetimes(2, 4, 6, 1, 1), messages=2),
    Bounds(_endless(3, 1, 1), messages=2, thief=True),
    Bounds(Lifetimes(1, 2, 3, 0, 1), messages=3, doubles=False),
    _bound(3, 1, 1, messages=1, captures=1, clock_errors=(-WINDOW_SECONDS, WINDOW_SECONDS)),
    _bound(3, 1, 1, messages=2),
    Bounds(Lifetimes(1, 2, 2, 0, 1), messages=2, doubles=False, steps_up=("password", "code")),
    Bounds(Lifetimes(1, 2, 2, 0, 1), messages=2, blocks=True),
    Bounds(_endless(5, 3, 1), messages=1, thief=True, steps_up=("password",)),
    Bounds(_endless(3, 1, 1), messages=1, thief=True, steps_up=tuple(SHOWS)),
    _bound(3, 1, 1, messages=1, thief=True, steps_up=("password",)),
)


class Flawed(NamedTuple):
    """Rules of others, or a client that is not honest in our sense; the invariant that they
    break, and bounds in which they do."""

    rules: Callable[[Lifetimes], Rules]
    breaks: str
    bounds: Bounds


_TWO_TABS = Bounds(_endless(3, 1, 1), messages=2)
_STEPPING_UP = Bounds(Lifetimes(1, 2, 3, 0, 1), messages=2, doubles=False,
                      steps_up=("password", "code"))

FLAWED = {
    "rotation-without-grace": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.rotation_without_grace),
        invariants.SIGNED_OUT, _TWO_TABS),
    "second-chain": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.second_chain),
        invariants.TWO_CHAINS, _TWO_TABS),
    "read-then-write": Flawed(
        lambda lifetimes: OthersRules(lifetimes, decide, conditional=False),
        invariants.CAME_BACK, _TWO_TABS),
    "grace-from-rotation": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.grace_from_rotation),
        invariants.SIGNED_OUT, _TWO_TABS),
    "stale-successor": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.stale_successor),
        invariants.SIGNED_OUT, Bounds(_endless(6, 1, 1), messages=2, doubles=False)),
    "endless-grace": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.endless_grace),
        invariants.REPLAYED, Bounds(_endless(3, 1, 1), messages=1, thief=True)),
    "trusting-ttl": Flawed(
        lambda lifetimes: OthersRules(lifetimes, others_rules.trusting_ttl),
        invariants.EXPIRED_LIVES, Bounds(Lifetimes(2, 4, 6, 1, 1), messages=1)),
    "last-answer-wins": Flawed(
        OurRules, invariants.SIGNED_OUT,
        Bounds(_endless(3, 1, 1), messages=2, doubles=False, keeps_newest=False)),
    "create-if-absent": Flawed(
        OurRules, invariants.CAME_BACK,
        Bounds(_endless(3, 1, 1), messages=2, remembers=False)),
    "replay-is-reuse": Flawed(
        lambda lifetimes: OthersRules(lifetimes, decide), invariants.SIGNED_OUT,
        _bound(1, 0, 1, messages=1, captures=1, clock_errors=(WINDOW_SECONDS,), doubles=False)),
    "clock-ahead": Flawed(
        OurRules, invariants.SIGNED_OUT,
        _bound(1, 0, 1, messages=1, captures=1, clock_errors=(0, 2 * WINDOW_SECONDS),
               doubles=False)),
    "trim-by-age-alone": Flawed(
        lambda lifetimes: OurRules(
            lifetimes, Parts(user_sessions=others_parts.TrimsByAgeAlone)),
        invariants.SIGNED_OUT, _TWO_TABS),
    "proof-without-condition": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(sessions=others_parts.ProvesAnyway)),
        invariants.SIGNED_OUT, _STEPPING_UP),
    "proof-that-revives": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(sessions=others_parts.ProvesWhatIsGone)),
        invariants.CAME_BACK, _STEPPING_UP),
    "proof-keeps-old-factors": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(step_up=others_parts.KeepsOldFactors)),
        invariants.UNPROVEN, _STEPPING_UP),
    "password-raises-level": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(step_up=others_parts.RaisesByPassword)),
        invariants.UNPROVEN, _STEPPING_UP),
    "step-up-by-spent-token": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(step_up=others_parts.TakesSpentTokens)),
        invariants.GUESSED,
        Bounds(_endless(4, 2, 0), messages=1, thief=True, steps_up=("password",))),
    "block-without-second-look": Flawed(
        lambda lifetimes: OurRules(lifetimes, Parts(accounts=others_parts.LooksOnce)),
        invariants.BLOCKED_LIVES, Bounds(_endless(3, 1, 1), messages=1, blocks=True)),
}

OURS: Callable[[Lifetimes], Rules] = OurRules


def described(bounds: Bounds) -> str:
    """Return the bounds on one line."""
    lifetimes = bounds.lifetimes
    ends = (f"idle {lifetimes.session_idle_seconds}, "
            f"absolute {lifetimes.session_absolute_seconds}" if bounds.expires else "no expiry")
    return (f"access {lifetimes.access_token_seconds}, "
            f"early {lifetimes.early_refresh_seconds}, grace {lifetimes.grace_seconds}, {ends}; "
            f"messages {bounds.messages}{', thief' if bounds.thief else ''}"
            f"{', step-up by ' if bounds.steps_up else ''}{'/'.join(bounds.steps_up)}"
            f"{', a block' if bounds.blocks else ''}{_bound_to_a_key(bounds)}"
            f"{'' if bounds.doubles else ', nothing doubled'}"
            f"{'' if bounds.keeps_newest else ', the last answer wins'}"
            f"{'' if bounds.remembers else ', no memory of creates'}")


def _bound_to_a_key(bounds: Bounds) -> str:
    if not bounds.bound:
        return ""
    errors = "/".join(f"{error:+d} s" for error in bounds.clock_errors)
    return (f", bound, ticks of {bounds.tick} s, clock {errors}"
            f"{f', {bounds.captures} captured' if bounds.captures else ''}")
