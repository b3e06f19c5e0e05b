"""What must hold whatever happens. Each check returns what is broken, or an empty text."""

from shared.sessions.state import Lifetimes
from shared.tokens.proofs import WINDOW_SECONDS
from tests.model.rules import Outcome
from tests.model.state import (AT_SIGN_IN, DONE, NEVER, NO_PROOF, SHOWS, Item, MaybeItem, Message,
                               State, expiries, session)

CAME_BACK = "an ended session came back"
EXPIRED_LIVES = "an expired session was changed"
TWO_CHAINS = "there are two live generations"
SIGNED_OUT = "an honest client was signed out"
REPLAYED = "a spent token was replayed and the session lives on"
GUESSED = "a spent token let its holder guess"
LET_IN = "a thief without the key was let in"
UNPROVEN = "a session says more than its user has shown"
BLOCKED_LIVES = "a session of a blocked account lives"


def of_write(state: State, after: MaybeItem, message: Message, lifetimes: Lifetimes) -> str:
    """Check a change of the stored item of `state` on behalf of `message`."""
    before = state.item
    if not after or after == before:
        return ""
    if not before:
        return CAME_BACK if state.created else ""
    if not lifetimes.is_live(session(before, lifetimes), message.now):
        return EXPIRED_LIVES
    advanced = after.generation - before.generation
    if advanced and (advanced != 1 or message.pair.generation != before.generation):
        return TWO_CHAINS
    return _of_level(before, after, message)


def of_block(state: State) -> str:
    """Once the account is blocked, there is no session whose tokens anybody has or is to get."""
    is_answered = any([message.phase == "answer" for message in state.messages])
    return BLOCKED_LIVES if state.block == DONE and state.item and (
        state.held or is_answered) else ""


def of_answer(state: State, message: Message, outcome: Outcome, lifetimes: Lifetimes) -> str:
    """Check how a request was answered; `state` is as the answer leaves."""
    if message.spent and outcome.name == "guessed":
        return GUESSED
    if message.spent and (outcome.name == "pair" or message.kind == "refresh"
                          and _lives(state, lifetimes)
                          and _is_made_after(state, message, lifetimes)):
        return REPLAYED
    if outcome.name == "pair":
        return _of_pair(state, message, outcome)
    if outcome.name in ("ended", "unauthorized"):
        return _of_refusal(state, message, lifetimes)
    return ""


def is_spent(state: State, message: Message, lifetimes: Lifetimes) -> bool:
    """Whether a request for a pair that arrives now replays a token after its successor's grace."""
    if message.kind not in ("refresh", "guess", *SHOWS) or not state.item:
        return False
    behind = state.item.generation - message.pair.generation
    return behind > 1 or (behind == 1 and state.used_at != NEVER
                          and state.now > state.used_at + lifetimes.grace_seconds)


def _is_made_after(state: State, message: Message, lifetimes: Lifetimes) -> bool:
    """Whether a request was certainly made after its token was spent. That of a bearer says nothing
    about it. A token of two generations ago was spent before the last refresh."""
    if message.proof == NO_PROOF or not state.item:
        return True
    earliest = message.proof.issued_at - WINDOW_SECONDS
    used_at = state.item.acknowledged_at if state.used_at == NEVER else state.used_at
    return earliest > max(state.item.refreshed_at, used_at + lifetimes.grace_seconds + 1)


def _lives(state: State, lifetimes: Lifetimes) -> bool:
    return bool(state.item) and lifetimes.is_live(session(state.item, lifetimes), state.now)


def _of_level(before: Item, after: Item, message: Message) -> str:
    """Only a request that shows who its user is changes what the session says of that: when the
    request came, and no other way than that of the request beside the password of the sign-in. Two
    ways together are of the higher level."""
    if after.shown == before.shown:
        return ""
    shown = SHOWS.get(message.kind, "")
    auth_time, amr, acr = after.shown
    is_true = (bool(shown) and message.sender == "tab" and auth_time == message.now
               and {shown} <= set(amr) <= {"pwd", shown}
               and acr == ("aal2" if {"pwd", "otp"} <= set(amr) else "aal1"))
    return "" if is_true else UNPROVEN


def _of_pair(state: State, message: Message, outcome: Outcome) -> str:
    # Tokens say what the item says, and those of a sign-in that it was made then.
    if message.kind == "open":
        is_true = outcome.shown == AT_SIGN_IN._replace(auth_time=message.now)
    else:
        is_true = not state.item or outcome.shown == state.item.shown
    if not is_true:
        return UNPROVEN
    # A generation has one parent: whoever presents it gets itself or its one successor.
    if outcome.pair.generation - message.pair.generation not in (0, 1):
        return TWO_CHAINS
    return ""


def _of_refusal(state: State, message: Message, lifetimes: Lifetimes) -> str:
    access_expires_at, refresh_expires_at = expiries(message.pair, lifetimes)
    good_until = refresh_expires_at if message.kind == "refresh" else access_expires_at
    if message.sender == "tab" and not state.excused and state.now < good_until:
        return SIGNED_OUT
    return ""
