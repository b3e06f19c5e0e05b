"""The real handlers over a store, led step by step along a trace of the model."""

from collections.abc import Callable
from functools import partial
from typing import Any

from shared.callers import Assurance
from shared.stores.items import words_of
from shared.tokens.proofs import digest
from shared.stores.table import Table
from shared.stores.users import DynamoUserStore
from shared.wiring.services import Services
from tests.model.agreement import Agreement
from tests.model.client_requests import Proven, presented, target
from tests.model.messages import BEHIND, Step, origins
from tests.model.state import (BLOCKED, FOREIGN, NEVER, NO_PROOF, Bounds, Item, Made, MaybeItem,
                               Message, State)
from tests.model.steps import KEYLESS
from tests.model.visits import USERS, Visit, ignoring_conditions
from tests.support.application import API, Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.possession import Prover

_OPERATIONS = {"create": "transact_write_items", "list": "query", "get": "get_item",
               "look": "get_item", "rotate": "update_item", "renew": "update_item",
               "prove": "update_item",
               "acknowledge": "update_item", "delete": "delete_item"}
# What ends sessions, or lets none open, without a request.
ENDS = ("end_all", "sweep", "block_1", "block_2", "block_3")
# A request, or a write that it left behind.
Handle = Visit | Callable[[], Any]


class RealSystem:
    """A person who has signed up is signing in. `follow` takes one step and compares all that
    shows."""

    def __init__(self, cloud: Cloud, bounds: Bounds) -> None:
        self._cloud, self._bounds, self._clock = cloud, bounds, Clock()
        self._lifetimes = bounds.lifetimes
        self._prover = Prover() if bounds.bound else None
        # By the numbers that the model gives them.
        self._proof_ids = {NO_PROOF.number: ""}
        self._services = self._services_at(self._clock)
        self._cloud.drop("attempts")
        self._user_id = cloud.item("users")["UserId"]
        self._held = self._stolen = Pair("", "")
        self._signed_in_at = self._clock.now
        self._agreement = Agreement(self._services.tokens, self._lifetimes, self._signed_in_at)
        sign_in = Visit(lambda services: Application(services, prover=self._prover).sign_in())
        sign_in.begin(self._services_at(self._clock.now), *([USERS] if bounds.blocks else []))
        # What the model calls messages, in its order.
        self._visits: list[Handle] = [sign_in]

    def follow(self, before: State, step: Step) -> None:
        """Do what the model did; AssertionError when something else comes of it."""
        verb, place = step.action
        new: Handle | None = None
        if place == NEVER:
            new = self._of_world(verb, step)
        else:
            message, visit = before.messages[place], self._visits[place]
            if isinstance(visit, Visit):
                new = self._of_message(message, visit, step)
            else:
                _carry_out(visit, message, verb)
            at_work = new if verb == "replay" else visit
            if step.outcome and isinstance(at_work, Visit):
                self._agreement.check(at_work, step, message)
        carried = origins(before, step)
        for gone in set(range(len(self._visits))) - set(carried):
            _stop(self._visits[gone])
        self._visits = [self._visits[origin] if origin != NEVER else _made(new)
                        for origin in carried]
        # Between two calls of the store nothing can change what it holds.
        if step.call or before.item != step.state.item:
            assert self._item(step.state.item) == step.state.item

    def close(self) -> None:
        """Stop what is still at work, and forget the session."""
        for visit in self._visits:
            _stop(visit)
        self._cloud.drop("sessions")
        self._cloud.change("users", blocked_at=None)

    def _of_world(self, verb: str, step: Step) -> Visit | None:
        if verb == "tick":
            self._clock.advance(self._bounds.tick)
        elif verb == "keyless":
            self._try_without_the_key()
        elif verb == "steal":
            self._stolen = self._held
        elif verb in ENDS:
            self._end(verb)
        else:
            sender, _, kind = verb.partition("_")
            visit = self._sent(kind, self._stolen if sender == "thief" else self._held,
                               step.state.messages[-1].proof)
            if sender == "thief":
                # How often he may guess is no matter of the session.
                self._cloud.drop("attempts")
                visit.begin(self._services_at(self._clock.now))
            return visit
        return None

    def _end(self, verb: str) -> None:
        if verb == "sweep":
            self._cloud.drop("sessions")
        elif verb == f"block_{BLOCKED}":
            users = DynamoUserStore(Table(self._cloud.dynamodb, "users"))
            users.block(self._user_id, self._clock.now)
        else:
            self._services.user_sessions.end_all(self._user_id)

    def _of_message(self, message: Message, visit: Visit, step: Step) -> Handle | None:
        verb = step.action.verb
        if verb in ("duplicate", "capture", "replay"):
            copy = visit.again()
            if verb == "replay":
                copy.begin(self._services_at(self._clock.now))
            return copy
        if verb == "arrive":
            visit.begin(self._services_at(self._clock.now))
        elif verb == "deliver":
            self._deliver(message.sender, visit.answer.pair)
        elif step.call:
            visit.order(verb, _OPERATIONS[step.call.verb])
        return visit.left_behind() if verb == "leave" else None

    def _deliver(self, sender: str, pair: Pair) -> None:
        if sender == "thief":
            self._stolen = pair
        else:
            self._held = max(self._held, pair, key=self._age)

    def _age(self, pair: Pair) -> tuple[int, int]:
        if not pair.access_token:
            return NEVER, NEVER
        claims = self._agreement.claims(pair)
        return claims.generation, claims.issued_at

    def _sent(self, kind: str, pair: Pair, proof: Made) -> Visit:
        """Return a request as it leaves the client, with the proof that it keeps from then on."""
        prover = None
        if self._prover is not None:
            now = self._signed_in_at + proof.issued_at
            method, path = target(kind)
            claims = self._prover.claims(method, API + path, now, pair.access_token)
            prover = Proven(self._prover.signed(self._prover.header(), claims))
            self._proof_ids[proof.number] = digest(claims["jti"])[:11]
        return Visit(lambda services: presented(services, prover, kind, pair))

    def _try_without_the_key(self) -> None:
        """Whoever has copies of the tokens and no key is refused without a look at the session."""
        for proof, kind in KEYLESS:
            visit = Visit(partial(self._keyless, Prover() if proof == FOREIGN else None, kind))
            visit.begin(self._services_at(self._clock.now))
            assert not visit.waits_for
            assert (str(visit.error) == "Unauthorized" if kind == "call"
                    else visit.answer.outcome == (401, "unauthorized"))

    def _services_at(self, now: int | Clock) -> Services:
        """Return services whose clock stands, as it does for one request, or `now` itself."""
        chosen = self._lifetimes
        services = self._cloud.services(
            now if isinstance(now, Clock) else lambda: now,
            access_token_seconds=chosen.access_token_seconds,
            session_idle_seconds=chosen.session_idle_seconds,
            session_absolute_seconds=chosen.session_absolute_seconds,
            early_refresh_seconds=chosen.early_refresh_seconds,
            grace_seconds=chosen.grace_seconds)
        if not isinstance(now, Clock):
            services.signing_keys = self._services.signing_keys
        return services

    def _keyless(self, prover: Prover | None, kind: str, services: Services) -> Any:
        return presented(services, prover, kind, self._held)

    def _item(self, expected: MaybeItem) -> MaybeItem:
        """Return the stored session in the model's terms, in which its proof is as `expected`."""
        items = self._cloud.items("sessions")
        if not items:
            return ()
        [item] = items
        began = self._signed_in_at
        assert item["created_at"] == began
        assert item["ends_at"] == began + self._lifetimes.session_absolute_seconds
        assert item["expires_at"] == began + min(
            item["refreshed_at"] - began + self._lifetimes.session_idle_seconds,
            self._lifetimes.session_absolute_seconds)
        used = item.get("acknowledged_at")
        number = expected.proof if expected else NO_PROOF.number
        assert item.get("proof", "") == self._proof_ids[number]
        shown = Assurance(item["auth_time"] - began, words_of(item, "amr"), item["acr"])
        return Item(item["generation"], item["refreshed_at"] - began,
                    NEVER if used is None else used - began, number, shown)


def _carry_out(write: Callable[[], Any], message: Message, verb: str) -> None:
    """Carry a write out that was left behind, if that is what happens to it."""
    assert message.phase == BEHIND
    if verb == "store":
        ignoring_conditions(write)


def _stop(visit: Handle) -> None:
    if isinstance(visit, Visit):
        visit.kill()


def _made(new: Handle | None) -> Handle:
    assert new is not None, "the model has a message that was never sent"
    return new
