"""The store as the model has it: calls that each take effect at one moment.

`rotate`, `renew`, `prove`, `acknowledge` and `delete` are those of
shared.sessions.session_store.SessionStore, with the conditions that shared.stores.sessions writes
for DynamoDB; test_conditions compares the two. `create` is the transaction of a sign-in, `list` its
look at all sessions, and `look` its look at the account, which is applied if that is blocked.
`replace`, `put`, `overwrite` and `revive` are for the rules of others.
"""

from functools import lru_cache
from typing import NamedTuple

from shared.callers import Assurance
from shared.sessions.state import Lifetimes
from tests.model.state import (AT_SIGN_IN, NEVER, NO_PROOF, Item, MaybeItem, Response,
                               session)


class Call(NamedTuple):
    """A call of the store that is about to be made. `shown` is what `prove` writes, and `before`
    what the item had to say until then."""

    verb: str
    generation: int = NEVER
    refreshed_at: int = NEVER
    now: int = NEVER
    acknowledge: bool = False
    new: MaybeItem = ()
    proof: int = NO_PROOF.number
    shown: Assurance = AT_SIGN_IN
    before: Assurance = AT_SIGN_IN

    @property
    def writes(self) -> bool:
        return self.verb not in ("get", "list", "look")


@lru_cache(maxsize=None)
def applied(call: Call, item: MaybeItem, retried: bool, lifetimes: Lifetimes,
            remembered: bool = False, blocked: bool = False) -> tuple[MaybeItem, Response]:
    """Return the item after `call`, and what the store answers; `remembered` tells that it has
    applied a try of this `create` before, and `blocked` whether the account is."""
    if call.verb == "look":
        return item, Response(blocked, ())
    if not call.writes:
        return item, Response(False, item)
    if call.verb == "create":
        # Of an item that is there, the real store sees that its own first try put it.
        new = item if remembered or item else Item(
            0, call.now, NEVER, shown=AT_SIGN_IN._replace(auth_time=call.now))
        return new, Response(True, new)
    if call.verb == "delete":
        return (), Response(bool(item) or retried, ())
    anyway = {"put": True, "overwrite": bool(item), "revive": not item}.get(call.verb, False)
    if anyway or holds(call, item, lifetimes):
        new = _written(call, item)
        return new, Response(True, new)
    return item, Response(_is_done(call, item, retried), item)


def _is_done(call: Call, item: MaybeItem, retried: bool) -> bool:
    """Whether the real store sees that its own first try wrote the item, by proof and instant, or
    that it already says what is to be proven."""
    if not item:
        return False
    if call.verb == "prove" and item.generation == call.generation and (
                item.refreshed_at, item.shown) == (_instant(call), call.shown):
        return True
    return bool(retried and call.proof
                and (item.proof, item.refreshed_at) == (call.proof, _instant(call)))


def _instant(call: Call) -> int:
    """Return when the newest tokens are minted: not before those that the request has seen, by a
    clock that is ahead."""
    return max(call.now, call.refreshed_at)


def holds(call: Call, item: MaybeItem, lifetimes: Lifetimes) -> bool:
    """Whether the condition of a conditional write holds."""
    if not item or item.generation != call.generation:
        return False
    if call.verb == "acknowledge":
        return item.acknowledged_at == NEVER
    if call.verb == "rotate":
        present = session(item, lifetimes)
        return ((not call.proof or item.proof != call.proof)
                and lifetimes.is_live(present, call.now)
                and not lifetimes.is_fresh(lifetimes.access_expires_at(present), call.now)
                and lifetimes.is_settled(present, call.now))
    is_as_seen = item.refreshed_at == call.refreshed_at
    if call.verb == "prove":
        # The level is that of the methods, and is not looked at.
        return is_as_seen and item.shown[:2] == call.before[:2]
    return is_as_seen


def _written(call: Call, item: MaybeItem) -> MaybeItem:
    if call.verb in ("put", "replace", "revive"):
        return call.new
    assert item, "a conditional write needs an item"
    if call.verb == "rotate":
        return Item(item.generation + 1, call.now, NEVER, call.proof or item.proof, item.shown)
    if call.verb == "acknowledge":
        return item._replace(acknowledged_at=call.now)
    acknowledged_at = item.acknowledged_at
    if call.acknowledge and acknowledged_at == NEVER:
        acknowledged_at = _instant(call)
    shown = item.shown if call.verb == "renew" else call.shown
    return Item(item.generation, _instant(call), acknowledged_at, call.proof or item.proof, shown)
