"""The real handlers over a store, led step by step along a trace of the model."""

from collections.abc import Callable
from typing import Any

from shared.session_state import Lifetimes
from shared.tokens import Claims, TokenType
from shared.wiring import Services
from tests.model.messages import BEHIND, Step, origins
from tests.model.state import NEVER, Item, MaybeItem, Message, State, expiries
from tests.model.visits import Visit, ignoring_conditions
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud

_OPERATIONS = {"get": "get_item", "rotate": "update_item", "renew": "update_item",
               "acknowledge": "update_item", "delete": "delete_item"}
_REFUSALS = {"ended": (401, "session_ended")}


class RealSystem:
    """A person who has just signed in. `follow` takes one step and compares all that shows."""

    def __init__(self, cloud: Cloud, lifetimes: Lifetimes) -> None:
        self._cloud, self._lifetimes, self._clock = cloud, lifetimes, Clock()
        self._services = self._services_at(self._clock)
        app = Application(self._services)
        app.sign_up()
        self._held = self._stolen = app.sign_in().pair
        self._signed_in_at = self._clock.now
        # What the model calls messages, in its order.
        self._visits: list[Visit | Callable[[], Any]] = []

    def follow(self, before: State, step: Step) -> None:
        """Do what the model did; AssertionError when something else comes of it."""
        verb, place = step.action
        new: Visit | Callable[[], Any] | None = None
        if place == NEVER:
            new = self._of_world(verb, before)
        else:
            new = self._of_message(before.messages[place], self._visits[place], step)
        carried = origins(before, step)
        for gone in set(range(len(self._visits))) - set(carried):
            _stop(self._visits[gone])
        self._visits = [self._visits[origin] if origin != NEVER else _made(new)
                        for origin in carried]
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
            self._services.roster.end_all(self._claims(self._held).user_id, "")
        elif verb == "sweep":
            self._cloud.drop("sessions")
        else:
            sender, _, kind = verb.partition("_")
            visit = self._sent(kind, self._stolen if sender == "thief" else self._held)
            if sender == "thief":
                visit.begin(self._services_at(self._clock.now))
            return visit
        return None

    def _of_message(self, message: Message, visit: Visit | Callable[[], Any], step: Step
                    ) -> Visit | Callable[[], Any] | None:
        if not isinstance(visit, Visit):
            assert message.phase == BEHIND
            if step.action.verb == "store":
                ignoring_conditions(visit)
            return None
        verb = step.action.verb
        if verb == "duplicate":
            return visit.again()
        if verb == "arrive":
            visit.begin(self._services_at(self._clock.now))
        elif verb == "deliver":
            self._deliver(message.sender, visit.answer.pair)
        elif verb != "lose":
            assert step.call and visit.waits_for == _OPERATIONS[step.call.verb]
            visit.order(verb)
        if step.outcome:
            self._compare(visit, step, message)
        return visit.left_behind() if verb == "leave" else None

    def _compare(self, visit: Visit, step: Step, message: Message) -> None:
        assert not visit.waits_for, "the handler has not answered"
        if step.outcome == "unauthorized":
            assert str(visit.error) == "Unauthorized"
        elif step.outcome == "passed":
            assert visit.answer["context"]["access_expires_at"] == (
                self._signed_in_at + expiries(message.pair, self._lifetimes)[0])
        elif step.outcome == "pair":
            self._compare_pair(visit, step)
        elif step.outcome == "signed_out":
            assert visit.answer.status == 200
        else:
            assert visit.answer.outcome == _REFUSALS[step.outcome]

    def _compare_pair(self, visit: Visit, step: Step) -> None:
        granted = step.state.messages[step.action.place].pair
        access_expires_at, refresh_expires_at = (
            self._signed_in_at + instant for instant in expiries(granted, self._lifetimes))
        access, refresh = self._claims(visit.answer.pair), self._claims(
            visit.answer.pair, TokenType.REFRESH)
        for claims in (access, refresh):
            assert claims.generation == granted.generation
            assert claims.issued_at == self._signed_in_at + granted.refreshed_at
        assert (access.expires_at, refresh.expires_at) == (access_expires_at, refresh_expires_at)

    def _deliver(self, sender: str, pair: Pair) -> None:
        if sender == "thief":
            self._stolen = pair
        else:
            self._held = max(self._held, pair, key=self._age)

    def _age(self, pair: Pair) -> tuple[int, int]:
        claims = self._claims(pair)
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

    def _claims(self, pair: Pair, token_type: TokenType = TokenType.ACCESS) -> Claims:
        text = pair.access_token if token_type is TokenType.ACCESS else pair.refresh_token
        return self._services.tokens.verify(text, token_type, "web-app", even_if_expired=True)

    def _item(self) -> MaybeItem:
        """Return the stored session in the model's terms."""
        items = self._cloud.items("sessions")
        if not items:
            return ()
        [item] = items
        began = self._signed_in_at
        assert item["created_at"] == began
        assert item["expires_at"] == began + self._lifetimes.session_absolute_seconds
        used = item.get("acknowledged_at")
        return Item(item["generation"], item["refreshed_at"] - began,
                    NEVER if used is None else used - began)


def _stop(visit: Visit | Callable[[], Any]) -> None:
    if isinstance(visit, Visit):
        visit.kill()


def _made(new: Visit | Callable[[], Any] | None) -> Visit | Callable[[], Any]:
    assert new is not None, "the model has a message that was never sent"
    return new
