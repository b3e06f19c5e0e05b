"""The composition root: clients, clock, stores and services, built once a process.

Production and tests build the same Services. Each member imports what it needs where
it is built, so that a function loads, and its package holds, only what it uses; a
handler names those members in its call of `api_gateway.endpoint`. On Lambda they are
built during init, ahead of the first request.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from shared import settings as environment
from shared.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from shared.accounts import Accounts, Authentication, Registration
    from shared.clients import Clients
    from shared.jws import Jws
    from shared.key_ring import Key, KeyRing
    from shared.password_policy import PasswordPolicy
    from shared.passwords import Passwords, Pepper
    from shared.sessions import Sessions
    from shared.settings import Settings
    from shared.signing_keys import SigningKey
    from shared.stores.identities import DynamoIdentityStore
    from shared.stores.table import Table
    from shared.tokens import Tokens

K = TypeVar("K", bound="Key")


def wall_clock() -> int:
    """Return the epoch in whole seconds."""
    return int(time.time())


class Services:
    """Everything a handler may use. `now` returns epoch seconds."""

    def __init__(self, settings: Settings, now: Callable[[], int] = wall_clock) -> None:
        self.settings, self.now = settings, now

    @cached_property
    def accounts(self) -> Accounts:
        from shared.accounts import Accounts
        from shared.stores.users import DynamoUserStore
        return Accounts(DynamoUserStore(self._table(self.settings.users_table)))

    @cached_property
    def registration(self) -> Registration:
        from shared.accounts import Registration
        return Registration(self.identities, self.passwords, self.now)

    @cached_property
    def authentication(self) -> Authentication:
        from shared.accounts import Authentication
        from shared.attempts import Attempts
        from shared.stores.attempts import DynamoAttemptStore
        peppers = self.peppers
        attempts = Attempts(DynamoAttemptStore(self._table(self.settings.attempts_table)),
                            lambda: peppers.newest().subject_key, self.now)
        return Authentication(self.identities, self.passwords, attempts)

    @cached_property
    def identities(self) -> DynamoIdentityStore:
        from shared.stores.identities import DynamoIdentityStore
        return DynamoIdentityStore(self._table(self.settings.identities_table),
                                   self._table(self.settings.users_table))

    @cached_property
    def password_policy(self) -> PasswordPolicy:
        from shared.password_policy import PasswordPolicy
        return PasswordPolicy(self.settings.password_min_length, self.settings.service_name)

    @cached_property
    def passwords(self) -> Passwords:
        from shared.passwords import Passwords
        return Passwords(self.peppers, self.settings.bcrypt_cost)

    @cached_property
    def peppers(self) -> KeyRing[Pepper]:
        from shared.passwords import derive
        return self._key_ring(self.settings.pepper_secret_id, derive)

    @cached_property
    def sessions(self) -> Sessions:
        from shared.session_state import Lifetimes
        from shared.sessions import Sessions
        from shared.stores.sessions import DynamoSessionStore
        chosen = self.settings
        lifetimes = Lifetimes(chosen.access_token_seconds, chosen.session_idle_seconds,
                              chosen.session_absolute_seconds, chosen.early_refresh_seconds,
                              chosen.grace_seconds)
        return Sessions(DynamoSessionStore(self._table(chosen.sessions_table)), self.tokens,
                        lifetimes, self.now)

    @cached_property
    def tokens(self) -> Tokens:
        from shared.tokens import Tokens
        return Tokens(self.settings.token_issuer, self.jws, self.now)

    @cached_property
    def jws(self) -> Jws:
        from shared.jws import Jws
        return Jws(self.signing_keys)

    @cached_property
    def signing_keys(self) -> KeyRing[SigningKey]:
        from shared.signing_keys import derive
        return self._key_ring(self.settings.signing_secret_id, derive)

    @cached_property
    def clients(self) -> Clients:
        """Asks the store each time: API Gateway caches the answer of clientIdAuthorizer."""
        return self._clients(remember_seconds=0)

    @cached_property
    def remembered_clients(self) -> Clients:
        """For the access-token authorizer, whose answer is not cached: the same bound as
        the cache of the other one."""
        return self._clients(remember_seconds=300)

    def _clients(self, remember_seconds: int) -> Clients:
        from shared.clients import Clients
        from shared.stores.clients import DynamoClientStore
        return Clients(DynamoClientStore(self._table(self.settings.clients_table)), self.now,
                       remember_seconds)

    def _table(self, name: str) -> Table:
        from shared.stores.table import Table
        return Table(self.dynamodb, name)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        from shared.aws_clients import dynamodb
        return dynamodb()

    def _key_ring(self, secret_id: str, derive: Callable[[str], K]) -> KeyRing[K]:
        from shared.key_ring import KeyRing
        from shared.stores.secret_versions import SecretVersions
        return KeyRing(SecretVersions(self.secrets_manager, secret_id).fetch, derive, self.now)

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        from shared.aws_clients import secrets_manager
        return secrets_manager()


_process: dict[str, Services] = {}


def services() -> Services:
    """Return this process's services, building them on the first call."""
    if "services" not in _process:
        _process["services"] = Services(environment.from_environment())
    return _process["services"]


def start(*needs: str) -> None:
    """On Lambda, build these members and fetch their keys now; elsewhere do nothing.

    Raises Misconfigured, which keeps the function from starting. A store that is down
    does not: the first request asks it again.
    """
    if not environment.on_lambda():
        return
    built = services()
    for name in needs:
        getattr(built, name)
    for name in {"signing_keys", "peppers"} & vars(built).keys():
        try:
            getattr(built, name).newest()
        except Unavailable:
            return
