"""A stage in memory with one person on it, and what can be seen of them from outside."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from moto.backends import get_backend

from shared.factors.factors import RECOVERY, TOTP
from shared.identities import EMAIL_ADDRESS
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import derive
from shared.password_hash import PasswordHash
from shared.sessions.state import BY_PASSWORD, Decision, Session, decide
from shared.sign_in.attempts import Tally
from shared.sign_in.passwords import Passwords
from shared.stores.errands import LambdaErrandQueue
from shared.factors.passkeys import is_passkey
from shared.stores.identity_items import key
from shared.stores.items import unmarshalled
from shared.stores.ses import SesMailer
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import HandlersAlone, claims
from tests.support.account_owner import NEW_PASSWORD
from tests.support.application import PASSWORD, Answer, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import PEPPER_SECRET, Cloud
from tests.support.wire import Wire

SENDER = "hello@session.example.org"
MAIL: dict[str, Any] = {"mail_sender": SENDER, "mail_link_url": "https://app.example.org"}
HOUR_SECONDS = 3600


class CountedPasswords(Passwords):
    """Counts the wrong guesses that reached the hash."""

    wrong = 0

    def matches(self, password: str, stored: PasswordHash | None) -> bool:
        matches = super().matches(password, stored)
        self.wrong += not matches
        return matches


@dataclass(frozen=True)
class Sight:
    """What people can see: the addresses that have accounts, with their password, empty if there is
    none, whether they are verified, and the second factors that are on or begun, passkeys with
    their names; the sessions whose tokens somebody holds, with their generation and how long after
    sign-in it began; how many others there are; and which of the held tokens are good for a refresh
    in an hour."""

    accounts: frozenset[tuple[str, str, bool, tuple[str, ...]]]
    sessions: frozenset[tuple[str, int, int]]
    orphans: int
    survivors: frozenset[str]

    def credentials(self) -> frozenset[tuple[str, str, tuple[str, ...]]]:
        """Return what signs in: the address, the password, and the second factors that are on."""
        return frozenset((address, password, factors if RECOVERY in factors else ())
                         for address, password, _, factors in self.accounts)

    def alive(self) -> frozenset[str]:
        return frozenset(name for name, *_ in self.sessions)


class Connection(NamedTuple):
    """Clients of the cloud, and the wire that they share."""

    cloud: Cloud
    ses: Any
    functions: Any
    wire: Wire


class World:
    """`pairs` are the tokens that honest tabs hold, by the name of the session."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self.reconnect()
        self.clock, self.pairs = Clock(), dict[str, Pair]()
        self._peppers = KeyRing({"AWSCURRENT": PEPPER_SECRET}.get, derive, self.clock)
        # Each trial ends with much the same hashes.
        self._known_password_of = cache(self._password_of)
        self._saved: tuple[int, dict[str, Pair], dict[str, Any]] = (NOW, {}, {})

    def reconnect(self) -> None:
        """Take new clients: botocore stops retrying for one that has failed too often."""
        self.cloud, self.ses, self.functions, self.wire = self._connect()

    def save(self) -> None:
        """Take this world as the one that `restore` brings back."""
        self._saved = (self.clock.now, dict(self.pairs),
                       {name: copy.deepcopy(table.items) for name, table in _tables().items()})

    def restore(self) -> None:
        self.clock.now, pairs, items = self._saved
        self.pairs = dict(pairs)
        for name, table in _tables().items():
            table.items = copy.deepcopy(items[name])

    def services(self, **changes: Any) -> Services:
        """Return the services of a new execution environment."""
        services = self.cloud.services(self.clock, **changes)
        services.passwords = CountedPasswords(services.peppers, services.settings.bcrypt_cost)
        if services.settings.mail_sender:
            services.mailer = SesMailer(self.ses, SENDER)
            services.errand_queue = LambdaErrandQueue(
                self.functions, services.settings.mail_function)
        return services

    def app(self, **changes: Any) -> HandlersAlone:
        return HandlersAlone(self.services(**changes))

    def hold(self, name: str, answer: Answer) -> Pair:
        """Keep the pair of an answer as what the tab of session `name` sends from now on."""
        self.pairs[name] = answer.pair
        return answer.pair

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table, without a request."""
        ranges = _tables()[table].items.values()
        found = [item for each in ranges
                 for item in (each.values() if isinstance(each, dict) else [each])]
        return [unmarshalled(item.to_json()["Attributes"]) or {} for item in found]

    def look(self) -> Sight:
        """See what stands; identity and account must always be there together."""
        identities = {item["user_id"]: item for item in self.items("identities")}
        users = {item["UserId"]: item for item in self.items("users")}
        assert {(user, key(EMAIL_ADDRESS, item["email"])) for user, item in users.items()} == {
            (user, item["Identity"]) for user, item in identities.items()}, "half an account"
        names = {claims(pair.access_token)["sid"]: name for name, pair in self.pairs.items()}
        held = {names[item["SessionId"]]: item for item in self.items("sessions")
                if item["SessionId"] in names}
        return Sight(
            frozenset((item["Identity"], self._password(item), item["email_verified"],
                       self._factors(item))
                      for item in identities.values()),
            frozenset((name, item["generation"], item["refreshed_at"] - item["created_at"])
                      for name, item in held.items()),
            len(self.items("sessions")) - len(held),
            frozenset(name for name, item in held.items()
                      if self._goes_on(item, self.pairs[name])))

    def attempts(self) -> int:
        """Return the attempts that are remembered, of all subjects."""
        return sum(_tally(item).attempts(self.clock.now) for item in self.items("attempts")
                   if "reservation" in item)

    def _factors(self, identity: dict[str, Any]) -> tuple[str, ...]:
        """Return the second factors. A second factor is on if and only if there are an app that was
        confirmed or a passkey, and recovery codes; and something must always sign in."""
        found = {item["FactorId"]: item for item in self.items("factors")
                 if item["UserId"] == identity["user_id"]}
        passkeys = [name for name in found if is_passkey(name)]
        is_on = "confirmed_at" in found.get(TOTP, {}) or bool(passkeys)
        assert is_on == ("second_factor" in identity), "half a second factor"
        assert is_on == any(name.startswith("code_") for name in found.get(RECOVERY, {}))
        assert passkeys or "password_hash" in identity, "nothing signs in"
        return tuple(sorted(f"{name} {item.get('name', '')}".rstrip() if is_passkey(name) else name
                            for name, item in found.items()))

    def _password(self, item: dict[str, Any]) -> str:
        if "password_hash" not in item:
            return ""
        stored = PasswordHash(item["password_hash"], item["cost"], item["pepper_id"])
        return self._known_password_of(stored)

    def _password_of(self, stored: PasswordHash) -> str:
        passwords = Passwords(self._peppers, cost=4)
        [right] = [password for password in (PASSWORD, NEW_PASSWORD)
                   if passwords.matches(password, stored)]
        return right

    def _goes_on(self, item: dict[str, Any], pair: Pair) -> bool:
        told = claims(pair.refresh_token)
        session = Session(
            item["UserId"], item["SessionId"], item["client_id"], item["generation"],
            item["created_at"], item["refreshed_at"], item["ends_at"],
            item["auth_time"], BY_PASSWORD, item.get("acknowledged_at"))
        decision = decide(session, told["gen"], told["aud"], self.clock.now + HOUR_SECONDS,
                          self.cloud.services(self.clock).lifetimes)
        return decision not in (Decision.REUSE, Decision.ENDED)


def _tally(item: dict[str, Any]) -> Tally:
    return Tally(item["blocked_until"], item["expires_at"], item["reservation"])


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = get_backend("dynamodb")["123456789012"]["us-west-2"].tables
    return tables
