"""Operations of the service and the request units that each consumes, no more and no less.

The title and the units of an operation are also what docs/request-units.md shows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.tokens.mail_tokens import MailClaims, Purpose
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled

Act = Callable[[], object]
UNKNOWN = "nobody@lovelace.example.org"
HOUR_SECONDS = 3600


@dataclass
class Desk:
    """A person at an application on a stage that sends mail, and the clock on the wall."""

    app: HandlersAlone
    clock: Clock
    courier: Courier

    def signed_in(self) -> Pair:
        self.app.sign_up()
        return self.app.sign_in().pair

    def used(self) -> Pair:
        pair = self.signed_in()
        self.app.authorize(pair.access_token)
        return pair

    def stale(self) -> Pair:
        pair = self.used()
        self.clock.advance(HOUR_SECONDS)
        return pair

    def succeeded(self) -> Pair:
        """Return a pair whose successor nobody has used."""
        pair = self.stale()
        self.app.refresh(pair)
        return pair

    def protected(self) -> tuple[Pair, Enrolled]:
        """Return the tokens of a sign-in with a second factor, and what it was done with."""
        enrolled = self.app.enrol(self.signed_in().access_token)
        pair = self.app.sign_in_with(enrolled.recovery_codes[9]).pair
        self.clock.advance(60)
        return pair, enrolled

    def fail(self, times: int) -> None:
        for _ in range(times):
            self.app.sign_in(password="not it")
            self.clock.advance(60)

    def link(self, purpose: Purpose, email: str = "") -> str:
        services = self.app.services
        user_id = self.app.sign_up().body["id"]
        return services.mail_tokens.mint(MailClaims(user_id, 0, email), purpose)


@dataclass(frozen=True)
class Operation:
    """What `prepare` returns is what is measured."""

    title: str
    read: int
    write: int
    prepare: Callable[[Desk], Act]


OPERATIONS: list[Operation] = []
Prepare = Callable[[Desk], Act]


def operation(title: str, read: int, write: int) -> Callable[[Prepare], Prepare]:
    """Add the decorated function as an operation."""
    def add(prepare: Prepare) -> Prepare:
        OPERATIONS.append(Operation(title, read, write, prepare))
        return prepare

    return add
