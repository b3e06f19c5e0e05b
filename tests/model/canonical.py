"""Which states are the same: those that differ only in what nobody can tell any more.

Generations count from the present one; two or more before it are all alike, spent. An
instant further back than any clock still in play can tell is moved up to the edge. The
order of messages means nothing. Where sessions never expire, all instants count from the
present one too, so that the states of endless time are finite in number. Of a proof it matters
only which messages have it, and whether it is the one that the session remembers.
"""

from functools import cache
from typing import NamedTuple

from shared.tokens.proofs import WINDOW_SECONDS
from tests.model.state import (FIRST, NEVER, NO_PROOF, Bounds, Item, Made, MaybeItem, Message, Pair,
                               Response, State)

ANCIENT = -2


class _View(NamedTuple):
    """The present generation, what is added to each instant, and the instants (as they are)
    before which all are alike: for tokens of the client, for those of the thief, for items
    and for the grace."""

    generation: int
    shift: int
    tab_edge: int
    thief_edge: int
    item_edge: int
    grace_edge: int
    shown_edge: int


class Canon:
    """Called with a state, returns the one that stands for all those that behave like it."""

    def __init__(self, bounds: Bounds) -> None:
        self._expires = bounds.expires
        self._access_seconds = bounds.lifetimes.access_token_seconds
        self._grace_seconds = bounds.lifetimes.grace_seconds
        self._bound, self._steps_up = bounds.bound, bounds.steps_up
        # When a proof was certainly made is at most this long before the request with it arrives.
        self._proof_seconds = 2 * WINDOW_SECONDS + 2 if bounds.bound else 0
        # Where the present stands in endless time: no instant in play is before 0.
        self._present = (self._access_seconds + 2 * self._grace_seconds + 2
                         + self._proof_seconds)
        self._view = cache(self._make_view)

    def __call__(self, state: State) -> State:
        now, item, created, held, stolen, used_at, excused, messages, block = state
        oldest = min([message.now for message in messages if message.now != NEVER], default=now)
        if self._bound:
            item, messages = _renumbered(item, messages)
        view = self._view(now, oldest, (item or held or FIRST).generation, excused)
        return State(
            now + view.shift, _item(item, view), created,
            _pair(held, view, view.tab_edge) if held else (),
            _pair(stolen, view, view.thief_edge) if stolen else (), _settled(used_at, view),
            excused, tuple(sorted([_message(message, view) for message in messages])), block)

    def _make_view(self, now: int, oldest: int, generation: int, excused: bool) -> _View:
        token_edge = oldest - self._access_seconds
        # What a request has seen of the item was written at most two graces ago, or is so still.
        seen_edge = min(now - 2 * self._grace_seconds - 1, oldest - self._proof_seconds)
        return _View(
            generation=generation,
            shift=0 if self._expires else self._present - now,
            # How long a client is idle is counted from its own pair, as long as it matters.
            tab_edge=NEVER if self._expires and not excused else token_edge,
            thief_edge=token_edge,
            item_edge=NEVER if self._expires else min(token_edge, seen_edge),
            grace_edge=oldest - self._grace_seconds - 1 - self._proof_seconds,
            # When a user has shown who they are is compared with what a request has seen.
            shown_edge=seen_edge if self._steps_up else now)


def _renumbered(item: MaybeItem, messages: tuple[Message, ...]
                ) -> tuple[MaybeItem, tuple[Message, ...]]:
    """Return the same with proofs that are numbered from 1 in an order of their own."""
    remembered = item.proof if item else NO_PROOF.number
    of_proof: dict[int, list[Message]] = {}
    for message in messages:
        of_proof.setdefault(message.proof.number, []).append(_unnumbered(message))
    bare = of_proof.pop(NO_PROOF.number, [])
    groups = sorted([(sorted(group), number == remembered)
                     for number, group in of_proof.items()])
    found = NO_PROOF.number
    for number, (group, is_remembered) in enumerate(groups, 1):
        bare += [message._replace(proof=message.proof._replace(number=number))
                 for message in group]
        found = number if is_remembered else found
    return item._replace(proof=found) if item else item, tuple(bare)


@cache
def _unnumbered(message: Message) -> Message:
    """Return a message without the number of its proof. One that goes on after it has seen the item
    has found another proof there."""
    if message.proof == NO_PROOF:
        return message
    seen = tuple([response._replace(item=response.item._replace(proof=NO_PROOF.number))
                  if response.item else response for response in message.responses])
    return message._replace(proof=message.proof._replace(number=1), responses=seen)


@cache
def _message(message: Message, view: _View) -> Message:
    responses = tuple([Response(response.applied, _item(response.item, view))
                       for response in message.responses])
    # What is ancient to a request is so to the oldest item that it has seen.
    seen = min([0, *[response.item.generation for response in responses if response.item]])
    edge = view.tab_edge if message.sender == "tab" else view.thief_edge
    return Message(
        message.phase, message.sender, message.kind,
        _pair(message.pair, view, edge, seen + ANCIENT),
        message.since + view.shift,
        NEVER if message.now == NEVER else message.now + view.shift,
        responses, message.retried, message.spent,
        Made(message.proof.number, message.proof.issued_at + view.shift)
        if message.proof.number else NO_PROOF)


@cache
def _pair(pair: Pair, view: _View, edge: int, ancient: int = ANCIENT) -> Pair:
    return Pair(max(pair.generation - view.generation, ancient),
                max(pair.refreshed_at, edge) + view.shift)


@cache
def _item(item: MaybeItem, view: _View) -> MaybeItem:
    if not item:
        return item
    return Item(item.generation - view.generation,
                max(item.refreshed_at, view.item_edge) + view.shift,
                _settled(item.acknowledged_at, view), item.proof,
                item.shown._replace(auth_time=max(item.shown.auth_time, view.shown_edge)
                                    + view.shift))


def _settled(instant: int, view: _View) -> int:
    return NEVER if instant == NEVER else max(instant, view.grace_edge) + view.shift
