"""The store that the model has is the store that the service has.

Every write is tried on every item of a grid of instants around each edge.
"""

from collections.abc import Callable
from itertools import product

import pytest

from shared.callers import Assurance
from shared.sessions.state import Lifetimes, Proven, Written, proven_by
from shared.stores.items import words_of
from shared.stores.sessions import DynamoSessionStore
from shared.stores.table import Table
from shared.tokens.session_tokens import Claims
from tests.model.state import (AT_SIGN_IN, CLIENT_ID, NEVER, SESSION_ID, USER_ID, Item,
                               MaybeItem, Response, proof_id, session)
from tests.model.store import Call, applied
from tests.support.cloud import Cloud

# Stale from 2 ticks after a refresh, idle from 4, over from 5; the grace is 1.
LIFETIMES = Lifetimes(3, 4, 5, 1, 1)
LATER, WITH_CODE = AT_SIGN_IN._replace(auth_time=1), Assurance(3, *proven_by("pwd", "otp"))
ITEMS: list[MaybeItem] = [(), *(
    Item(1, refreshed_at, acknowledged_at) for refreshed_at, acknowledged_at
    in product((0, 1, 2), (NEVER, 0, 1, 2, 3)) if acknowledged_at not in range(refreshed_at)),
    Item(1, 0, 0, proof=1), Item(1, 1, NEVER, proof=1), Item(1, 0, NEVER, shown=LATER),
    Item(1, 3, NEVER, shown=WITH_CODE), Item(1, 5, NEVER)]
NOWS = range(7)


def _proofs(generation: int, refreshed_at: int, acknowledge: bool, proof: int = 0) -> list[Call]:
    """Return a proof of a code at tick 3, by requests that have seen what the items say."""
    return [Call("prove", generation, refreshed_at, 3, acknowledge, proof=proof, shown=WITH_CODE,
                 before=before) for before in (AT_SIGN_IN, LATER, WITH_CODE)]


CALLS = {
    "rotate": [*(Call("rotate", generation, now=now)
                 for generation, now in [(0, 3), (2, 3), *((1, at) for at in NOWS)]),
               Call("rotate", 1, now=3, proof=1), Call("rotate", 1, now=3, proof=2)],
    "renew": [*(Call("renew", generation, refreshed_at, 3, acknowledge)
                for generation, refreshed_at, acknowledge
                in product((0, 1), (0, 1), (False, True))),
              *(Call("renew", 1, refreshed_at, 3, acknowledge, proof=2)
                for refreshed_at, acknowledge in product((0, 1, 5), (False, True)))],
    "prove": [*_proofs(0, 0, True), *_proofs(1, 0, False), *_proofs(1, 0, True),
              *_proofs(1, 3, False), *_proofs(1, 5, True), *_proofs(1, 1, True, proof=2)],
    "acknowledge": [Call("acknowledge", generation, now=3) for generation in (0, 1, 2)],
    "delete": [Call("delete")],
}


@pytest.mark.parametrize("verb", CALLS)
def test_each_write_does_to_each_item_what_the_model_says(verb: str, cloud: Cloud) -> None:
    """The answer, and the item after it, are those of the model."""
    table = Table(cloud.dynamodb, "sessions")
    write = _writes(DynamoSessionStore(table))[verb]
    for item, call in product(ITEMS, CALLS[verb]):
        _put(table, item)

        response = write(call)

        expected_item, expected = applied(call, item, False, LIFETIMES)
        assert _stored(cloud) == expected_item, (call, item)
        if verb != "acknowledge":
            assert response == expected, (call, item)


def _writes(store: DynamoSessionStore) -> dict[str, Callable[[Call], Response]]:
    def rotate(call: Call) -> Response:
        claims = Claims(USER_ID, CLIENT_ID, SESSION_ID, call.generation, 0, 0,
                        ends_at=LIFETIMES.session_absolute_seconds)
        return _response(store.rotate(claims, call.now, LIFETIMES, proof_id(call.proof)))

    def renew(call: Call) -> Response:
        seen = session(Item(call.generation, call.refreshed_at, NEVER), LIFETIMES)
        return _response(store.renew(seen, call.now, LIFETIMES, call.acknowledge,
                                     proof_id(call.proof)))

    def prove(call: Call) -> Response:
        seen = session(Item(call.generation, call.refreshed_at, NEVER, shown=call.before),
                       LIFETIMES)
        return _response(store.prove(seen, Proven(call.shown.amr, call.shown.acr), call.now,
                                     LIFETIMES, call.acknowledge, proof_id(call.proof)))

    def acknowledge(call: Call) -> Response:
        store.acknowledge(session(Item(call.generation, 0, NEVER), LIFETIMES), call.now)
        return Response(False, ())

    def delete(_call: Call) -> Response:
        return Response(store.delete(USER_ID, SESSION_ID), ())

    return {"rotate": rotate, "renew": renew, "prove": prove, "acknowledge": acknowledge,
            "delete": delete}


def _response(written: Written) -> Response:
    present = written.session
    if present is None:
        return Response(written.applied, ())
    used = present.acknowledged_at
    return Response(written.applied, Item(present.generation, present.refreshed_at,
                                          NEVER if used is None else used,
                                          _number(present.proof_id),
                                          Assurance(present.auth_time, *present.proven)))


def _number(remembered: str) -> int:
    return int(remembered.partition("-")[2] or 0)


def _put(table: Table, item: MaybeItem) -> None:
    key = {"UserId": USER_ID, "SessionId": SESSION_ID}
    table.delete(key)
    if item:
        DynamoSessionStore(table).put(session(item, LIFETIMES), LIFETIMES)
    if item and item.acknowledged_at != NEVER:
        table.update(key, "SET #acknowledged_at = :used", "attribute_exists(#UserId)",
                     used=item.acknowledged_at)
    if item and item.proof:
        table.update(key, "SET #proof = :proof", "attribute_exists(#UserId)",
                     proof=proof_id(item.proof))


def _stored(cloud: Cloud) -> MaybeItem:
    items = cloud.items("sessions")
    if not items:
        return ()
    return Item(items[0]["generation"], items[0]["refreshed_at"],
                items[0].get("acknowledged_at", NEVER), _number(items[0].get("proof", "")),
                Assurance(items[0]["auth_time"], words_of(items[0], "amr"), items[0]["acr"]))
