"""Rules of others, known to be flawed: the model must find what is wrong with each.

Two of them, the grace from the rotation and the stale successor, were drafts of ours.
"""

from collections.abc import Callable, Generator
from functools import lru_cache

from shared.sessions.state import Decision, Lifetimes, Session, decide
from tests.model.rules import OurRules, Outcome
from tests.model.state import (CLIENT_ID, NEVER, NO_PROOF, Item, Made, MaybeItem, Pair, Response,
                               session)
from tests.model.store import Call

Work = Generator[Call, Response, Outcome]
Decide = Callable[[Session | None, int, str, int, Lifetimes], Decision]


def rotation_without_grace(item: Session | None, generation: int, client_id: str, now: int,
                           lifetimes: Lifetimes) -> Decision:
    """A token is spent as soon as it was exchanged (RFC 9700, taken by the letter)."""
    decision = _rotating_when_stale(item, generation, client_id, now, lifetimes)
    return decision or Decision.REUSE


def second_chain(item: Session | None, generation: int, client_id: str, now: int,
                 lifetimes: Lifetimes) -> Decision:
    """Within the grace, a spent token is exchanged for one more successor."""
    decision = _rotating_when_stale(item, generation, client_id, now, lifetimes)
    if decision is None and _rotated_within_grace(item, now, lifetimes):
        return Decision.ROTATE
    return decision or Decision.REUSE


def grace_from_rotation(item: Session | None, generation: int, client_id: str, now: int,
                        lifetimes: Lifetimes) -> Decision:
    """The grace of the predecessor begins with the rotation, not with the first use."""
    decision = _rotating_when_stale(item, generation, client_id, now, lifetimes)
    if (decision is None and item is not None and generation == item.generation - 1
            and _rotated_within_grace(item, now, lifetimes)):
        return Decision.KEEP
    return decision or Decision.REUSE


def stale_successor(item: Session | None, generation: int, client_id: str, now: int,
                    lifetimes: Lifetimes) -> Decision:
    """A successor is handed out again however old it is, and rotated as soon as presented."""
    decision = decide(item, generation, client_id, now, lifetimes)
    if decision is Decision.RENEW and item is not None:
        return Decision.ROTATE if generation == item.generation else Decision.KEEP
    return decision


def trusting_ttl(item: Session | None, generation: int, client_id: str, now: int,
                 lifetimes: Lifetimes) -> Decision:
    """Expiry is left to the TTL sweep, which comes late."""
    # As if it were the last moment at which the session was good.
    if item is not None:
        now = min(now, lifetimes.refresh_expires_at(item) - 1)
    return decide(item, generation, client_id, now, lifetimes)


def endless_grace(item: Session | None, generation: int, client_id: str, now: int,
                  lifetimes: Lifetimes) -> Decision:
    """A predecessor is answered with its successor for as long as that is the newest."""
    decision = decide(item, generation, client_id, now, lifetimes)
    if (decision is Decision.REUSE and item is not None
            and generation == item.generation - 1):
        return Decision.KEEP
    return decision


def _rotating_when_stale(item: Session | None, generation: int, client_id: str, now: int,
                         lifetimes: Lifetimes) -> Decision | None:
    """Return what becomes of the present generation; None when another one is presented."""
    decision = decide(item, generation, client_id, now, lifetimes)
    if item is None or decision is Decision.ENDED:
        return Decision.ENDED
    if generation != item.generation:
        return None
    return Decision.KEEP if decision is Decision.KEEP else Decision.ROTATE


def _rotated_within_grace(item: Session | None, now: int, lifetimes: Lifetimes) -> bool:
    return item is not None and now <= item.refreshed_at + lifetimes.grace_seconds


class OthersRules:
    """Reads, decides by `decide`, and writes on condition that the item is as it was read;
    with `conditional` off, whatever has become of it meanwhile."""

    def __init__(self, lifetimes: Lifetimes, decide: Decide, conditional: bool = True) -> None:
        self._lifetimes, self._decide, self._conditional = lifetimes, decide, conditional
        self._ours = OurRules(lifetimes)

    @lru_cache(maxsize=None)
    def step(self, kind: str, pair: Pair, now: int, responses: tuple[Response, ...],
             proof: Made = NO_PROOF) -> Call | Outcome:
        # What becomes of a request without a good proof is decided before any rule.
        if kind == "open" or not responses and isinstance(
                self._ours.step(kind, pair, now, responses, proof), Outcome):
            return self._ours.step(kind, pair, now, responses, proof)
        work = {"refresh": self._refresh, "call": self._call, "end": self._end}[kind](pair, now)
        waiting: Call = next(work)
        try:
            for response in responses:
                waiting = work.send(response)
        except StopIteration as finished:
            outcome: Outcome = finished.value
            return outcome
        return waiting

    def _refresh(self, pair: Pair, now: int) -> Work:
        item = (yield Call("get")).item
        while True:
            present = session(item, self._lifetimes) if item else None
            decision = self._decide(present, pair.generation, CLIENT_ID, now, self._lifetimes)
            if not item or decision is Decision.ENDED:
                return Outcome("ended")
            if decision is Decision.KEEP:
                return Outcome("pair", Pair(item.generation, item.refreshed_at), item.shown)
            if decision is Decision.REUSE:
                yield Call("delete")
                return Outcome("ended")
            response = yield self._write(item, _advanced(item, decision, now))
            item = response.item
            if item and response.applied:
                return Outcome("pair", Pair(item.generation, item.refreshed_at), item.shown)

    def _call(self, pair: Pair, now: int) -> Work:
        item = (yield Call("get")).item
        if not item or not self._lifetimes.is_live(session(item, self._lifetimes), now):
            return Outcome("unauthorized")
        if item.acknowledged_at == NEVER and item.generation == pair.generation:
            yield Call("acknowledge", item.generation, now=now)
        return Outcome("passed")

    def _end(self, pair: Pair, now: int) -> Work:
        response = yield Call("delete")
        return Outcome("signed_out" if response.applied else "ended")

    def _write(self, seen: Item, new: MaybeItem) -> Call:
        if not self._conditional:
            return Call("put", new=new)
        return Call("replace", seen.generation, seen.refreshed_at, new=new)


def _advanced(item: Item, decision: Decision, now: int) -> Item:
    if decision is Decision.ROTATE:
        return Item(item.generation + 1, now, NEVER, shown=item.shown)
    return Item(item.generation, now, item.acknowledged_at, shown=item.shown)
