"""What the services need of AWS: clients, the stores over them, and the key rings.

Each is built at its first use and imports what it needs only then, like the members of `Services`
in shared/wiring/services.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from shared.keys.key_ring import Key, KeyRing
    from shared.keys.peppers import Pepper
    from shared.keys.signing_keys import SigningKey
    from shared.mail.errands import ErrandQueue
    from shared.mail.mailer import Mailer
    from shared.settings import Settings
    from shared.stores.attempts import DynamoAttemptStore
    from shared.stores.authorization_codes import DynamoCodeStore
    from shared.stores.clients import DynamoClientStore
    from shared.stores.factors import DynamoFactorStore
    from shared.stores.identities import DynamoIdentityStore
    from shared.stores.password_ranges import PasswordRanges
    from shared.stores.quotas import DynamoQuotaStore
    from shared.stores.sessions import DynamoSessionStore
    from shared.stores.table import Table
    from shared.stores.users import DynamoUserStore

K = TypeVar("K", bound="Key")


class Adapters:
    """`now` returns epoch seconds; `key_rings` are those that were built so far."""

    def __init__(self, settings: Settings, now: Callable[[], int]) -> None:
        self.settings, self.now = settings, now
        self.key_rings: list[KeyRing[Any]] = []

    @cached_property
    def user_store(self) -> DynamoUserStore:
        from shared.stores.users import DynamoUserStore
        return DynamoUserStore(self._table(self.settings.users_table))

    @cached_property
    def identity_store(self) -> DynamoIdentityStore:
        from shared.stores.identities import DynamoIdentityStore
        return DynamoIdentityStore(self._table(self.settings.identities_table),
                                   self._table(self.settings.users_table))

    @cached_property
    def factor_store(self) -> DynamoFactorStore:
        from shared.stores.factors import DynamoFactorStore
        return DynamoFactorStore(self._table(self.settings.factors_table), self.identity_store)

    @cached_property
    def session_store(self) -> DynamoSessionStore:
        from shared.stores.sessions import DynamoSessionStore
        return DynamoSessionStore(self._table(self.settings.sessions_table))

    @cached_property
    def attempt_store(self) -> DynamoAttemptStore:
        from shared.stores.attempts import DynamoAttemptStore
        return DynamoAttemptStore(self._table(self.settings.attempts_table))

    @cached_property
    def quota_store(self) -> DynamoQuotaStore:
        from shared.stores.quotas import DynamoQuotaStore
        return DynamoQuotaStore(self._table(self.settings.attempts_table))

    @cached_property
    def code_store(self) -> DynamoCodeStore:
        from shared.stores.authorization_codes import DynamoCodeStore
        return DynamoCodeStore(self._table(self.settings.attempts_table))

    @cached_property
    def client_store(self) -> DynamoClientStore:
        from shared.stores.clients import DynamoClientStore
        return DynamoClientStore(self._table(self.settings.clients_table))

    @cached_property
    def mailer(self) -> Mailer | None:
        if not self.settings.mail_sender:
            return None
        from shared.stores.aws_clients import ses
        from shared.stores.ses import SesMailer
        return SesMailer(ses(), self.settings.mail_sender, self.settings.mail_configuration_set)

    @cached_property
    def errand_queue(self) -> ErrandQueue | None:
        if not self.settings.mail_sender:
            return None
        from shared.stores.aws_clients import lambda_functions
        from shared.stores.errands import LambdaErrandQueue
        return LambdaErrandQueue(lambda_functions(), self.settings.mail_function)

    @cached_property
    def password_ranges(self) -> PasswordRanges:
        from shared.stores.password_ranges import PasswordRanges, over_tls
        return PasswordRanges(over_tls())

    @cached_property
    def peppers(self) -> KeyRing[Pepper]:
        from shared.keys.peppers import derive
        return self._key_ring(self.settings.pepper_secret_id, derive)

    @cached_property
    def signing_keys(self) -> KeyRing[SigningKey]:
        from shared.keys.signing_keys import derive
        return self._key_ring(self.settings.signing_secret_id, derive)

    def _table(self, name: str) -> Table:
        from shared.stores.table import Table
        return Table(self.dynamodb, name)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        from shared.stores.aws_clients import dynamodb
        return dynamodb()

    def _key_ring(self, secret_id: str, derive: Callable[[str], K]) -> KeyRing[K]:
        from shared.keys.key_ring import KeyRing
        from shared.stores.secret_versions import SecretVersions
        ring = KeyRing(SecretVersions(self.secrets_manager, secret_id).fetch, derive, self.now)
        self.key_rings.append(ring)
        return ring

    @cached_property
    def secrets_manager(self) -> SecretsManagerClient:
        from shared.stores.aws_clients import secrets_manager
        return secrets_manager()
