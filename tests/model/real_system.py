"""The real handlers over a store, led step by step along a trace of the model."""

from collections.abc import Callable
from typing import Any

from shared.sessions.state import Lifetimes
from shared.wiring.services import Services
from tests.model.agreement import Agreement
from tests.model.messages import BEHIND, Step, origins
from tests.model.state import NEVER, Item, MaybeItem, Message, State
from tests.model.visits import Visit, ignoring_conditions
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud

_OPERATIONS = {"create": "transact_write_items", "list": "query", "get": "get_item",
               "rotate": "update_item", "renew": "update_item",
               "acknowledge": "update_item", "delete": "delete_item"}
# A request, or a write that it left behind.
Handle = Visit | Callable[[], Any]


class RealSystem:
    """A person who has signed up is signing in. `follow` takes one step and compares all that
    shows."""

    def __init__(self, cloud: Cloud, lifetimes: Lifetimes) -> None:
        self._cloud, self._lifetimes, self._clock = cloud, lifetimes, Clock()
        self._services = self._services_at(self._clock)
        self._cloud.drop("attempts")
        self._user_id = cloud.item("users")["UserId"]
        self._held = self._stolen = Pair("", "")
        self._signed_in_at = self._clock.now
        self._agreement = Agreement(self._services.tokens, lifetimes, self._signed_in_at)
        sign_in = Visit(lambda services: Application(services).sign_in())
        sign_in.begin(self._services_at(self._clock.now))
        # What the model calls messages, in its order.
        self._visits: list[Handle] = [sign_in]

    def follow(self, before: State, step: Step) -> None:
        """Do what the model did; AssertionError when something else comes of it."""
        verb, place = step.action
        new: Handle | None = None
        if place == NEVER:
            new = self._of_world(verb, before)
        else:
            message, visit = before.messages[place], self._visits[place]
            new = self._of_message(message, visit, step)
            if step.outcome and isinstance(visit, Visit):
                self._agreement.check(visit, step, message)
        carried = origins(before, step)
        for gone in set(range(len(self._visits))) - set(carried):
            _stop(self._visits[gone])
        self._visits = [self._visits[origin] if origin != NEVER else _made(new)
                        for origin in carried]
        # Between two calls of the store nothing can change what it holds.
        if step.call or before.item != step.state.item:
            assert self._item() == step.state.item

    def close(self) -> None:
        """Stop what is still at work, and forget the session."""
        for visit in self._visits:
            _stop(visit)
        self._cloud.drop("sessions")

    def _of_world(self, verb: str, before: State) -> Visit | None:
        if verb == "tick":
            self._clock.advance(1)
        elif verb == "steal":
            self._stolen = self._held
        elif verb == "end_all":
            self._services.user_sessions.end_all(self._user_id)
        elif verb == "sweep":
            self._cloud.drop("sessions")
        else:
            sender, _, kind = verb.partition("_")
            visit = self._sent(kind, self._stolen if sender == "thief" else self._held)
            if sender == "thief":
                visit.begin(self._services_at(self._clock.now))
            return visit
        return None

    def _of_message(self, message: Message, visit: Handle, step: Step) -> Handle | None:
        verb = step.action.verb
        if not isinstance(visit, Visit):
            assert message.phase == BEHIND
            if verb == "store":
                ignoring_conditions(visit)
            return None
        if verb == "duplicate":
            return visit.again()
        if verb == "arrive":
            visit.begin(self._services_at(self._clock.now))
        elif verb == "deliver":
            self._deliver(message.sender, visit.answer.pair)
        elif step.call:
            assert visit.waits_for == _OPERATIONS[step.call.verb]
            visit.order(verb)
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

    def _sent(self, kind: str, pair: Pair) -> Visit:
        def request(services: Services) -> Any:
            app = Application(services)
            if kind == "refresh":
                return app.refresh(pair)
            return (app.authorize if kind == "call" else app.sign_out)(pair.access_token)

        return Visit(request)

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

    def _item(self) -> MaybeItem:
        """Return the stored session in the model's terms."""
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
        return Item(item["generation"], item["refreshed_at"] - began,
                    NEVER if used is None else used - began)


def _stop(visit: Handle) -> None:
    if isinstance(visit, Visit):
        visit.kill()


def _made(new: Handle | None) -> Handle:
    assert new is not None, "the model has a message that was never sent"
    return new
