"""The store as the model has it: calls that each take effect at one moment.

`rotate`, `renew`, `acknowledge` and `delete` are those of shared.sessions.lifecycle.SessionStore,
with the conditions that shared.stores.sessions writes for DynamoDB; test_conditions
compares the two. `create` is the transaction of a sign-in, and `list` its look at all sessions.
`replace` and `put` are for the rules of others.
"""

from functools import lru_cache
from typing import NamedTuple

from shared.sessions.state import Lifetimes
from tests.model.state import NEVER, NO_PROOF, Item, MaybeItem, Response, session


class Call(NamedTuple):
    """A call of the store that is about to be made."""

    verb: str
    generation: int = NEVER
    refreshed_at: int = NEVER
    now: int = NEVER
    acknowledge: bool = False
    new: MaybeItem = ()
    proof: int = NO_PROOF.number

    @property
    def writes(self) -> bool:
        return self.verb not in ("get", "list")


@lru_cache(maxsize=None)
def applied(call: Call, item: MaybeItem, retried: bool, lifetimes: Lifetimes,
            remembered: bool = False) -> tuple[MaybeItem, Response]:
    """Return the item after `call`, and what the store answers; `remembered` tells that it has
    applied a try of this `create` before."""
    if not call.writes:
        return item, Response(False, item)
    if call.verb == "create":
        # Of an item that is there, the real store sees that its own first try put it.
        new = item if remembered or item else Item(0, call.now, NEVER)
        return new, Response(True, new)
    if call.verb == "delete":
        return (), Response(bool(item) or retried, ())
    if call.verb == "put" or holds(call, item, lifetimes):
        new = _written(call, item)
        return new, Response(True, new)
    # By proof and instant, the real store sees that its own first try wrote the item.
    was_first = bool(retried and item and call.proof and item.proof == call.proof
                     and item.refreshed_at == call.now)
    return item, Response(was_first, item)


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
    return item.refreshed_at == call.refreshed_at


def _written(call: Call, item: MaybeItem) -> MaybeItem:
    if call.verb in ("put", "replace"):
        return call.new
    assert item, "a conditional write needs an item"
    if call.verb == "rotate":
        return Item(item.generation + 1, call.now, NEVER, call.proof or item.proof)
    if call.verb == "acknowledge":
        return item._replace(acknowledged_at=call.now)
    acknowledged_at = item.acknowledged_at
    if call.acknowledge and acknowledged_at == NEVER:
        acknowledged_at = call.now
    return Item(item.generation, call.now, acknowledged_at, call.proof or item.proof)
