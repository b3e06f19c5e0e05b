"""What people do, one scenario for each way through each function.

A scenario arranges a world and returns the request under test, which is sent once into the
fault and once more after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.tokens.mail_tokens import MailClaims, MailTokens, Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.faults.world import MAIL, World
from tests.support.application import Answer, Pair

Act = Callable[[HandlersAlone], Answer]
Outcome = tuple[int, str]
QUIET = MAIL | {"require_verified_email": True}
UNKNOWN = "nobody@lovelace.example.org"
DONE = Answer(200, {}, "{}")


@dataclass(frozen=True)
class Scenario:
    """`right` is the outcome without a fault, `retried` what a second try may truthfully say
    instead when the first was carried out (with `or_else` one more); `session` is whose tokens the
    answer brings, and `own` the session that a change of the credential ends last; `wait_seconds`
    are what a refusal asks to wait before the second. A scenario that `notifies` succeeds even if
    Lambda does not take its notice."""

    function: str
    arrange: Callable[[World], Act]
    right: Outcome
    retried: frozenset[Outcome]
    session: str
    own: str
    settings: Mapping[str, Any]
    wait_seconds: int
    notifies: bool

    @property
    def name(self) -> str:
        return self.arrange.__name__


SCENARIOS: list[Scenario] = []
Arrange = Callable[[World], Act]


def scenario(function: str, status: int, name: str = "", *, retried: Outcome | None = None,
             or_else: Outcome | None = None, session: str = "", own: str = "",
             wait_seconds: int = 0, notifies: bool = False, **settings: Any
             ) -> Callable[[Arrange], Arrange]:
    def add(arrange: Arrange) -> Arrange:
        right = (status, name)
        SCENARIOS.append(Scenario(
            function, arrange, right, frozenset({right, retried or right, or_else or right}),
            session, own, settings, wait_seconds, notifies))
        return arrange

    return add


def signed_up(world: World) -> HandlersAlone:
    app = world.app()
    assert app.sign_up().status == 201
    return app


def signed_in(world: World, name: str = "tab") -> Pair:
    app = signed_up(world) if not world.pairs else world.app()
    return world.hold(name, app.sign_in())


def stale(world: World) -> Pair:
    """A session whose tokens were used, and an hour ago."""
    pair = signed_in(world)
    world.app().authorize(pair.access_token)
    world.clock.advance(3600)
    return pair


def link(world: World, purpose: Purpose, email: str = "") -> str:
    services = world.services()
    tokens = MailTokens(services.settings.issuers, services.jws, world.clock)
    return tokens.mint(MailClaims(world.cloud.item("users")["UserId"], 0, email), purpose)


def three_sessions(world: World) -> Pair:
    """Return the pair of the second, so that neither order of sweeping spares it."""
    names = ("phone", "tab", "television")
    return [signed_in(world, name) for name in names][1]
