"""What the services stand on: AWS clients, the stores over them, and the key rings.

Like the services of `wiring`, each is built at its first use, and imports what it needs
only then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from shared.key_ring import Key, KeyRing
    from shared.mail import Mailer
    from shared.peppers import Pepper
    from shared.settings import Settings
    from shared.signing_keys import SigningKey
    from shared.stores.identities import DynamoIdentityStore
    from shared.stores.sessions import DynamoSessionStore
    from shared.stores.table import Table
    from shared.stores.users import DynamoUserStore

K = TypeVar("K", bound="Key")


class Adapters:
    """`now` returns epoch seconds."""

    def __init__(self, settings: Settings, now: Callable[[], int]) -> None:
        self.settings, self.now = settings, now

    @cached_property
    def users(self) -> DynamoUserStore:
        from shared.stores.users import DynamoUserStore
        return DynamoUserStore(self._table(self.settings.users_table))

    @cached_property
    def identities(self) -> DynamoIdentityStore:
        from shared.stores.identities import DynamoIdentityStore
        return DynamoIdentityStore(self._table(self.settings.identities_table),
                                   self._table(self.settings.users_table))

    @cached_property
    def session_store(self) -> DynamoSessionStore:
        from shared.stores.sessions import DynamoSessionStore
        return DynamoSessionStore(self._table(self.settings.sessions_table))

    @cached_property
    def mailer(self) -> Mailer | None:
        if not self.settings.mail_sender:
            return None
        from shared.aws_clients import ses
        from shared.stores.ses import SesMailer
        return SesMailer(ses(), self.settings.mail_sender)

    @cached_property
    def peppers(self) -> KeyRing[Pepper]:
        from shared.peppers import derive
        return self._key_ring(self.settings.pepper_secret_id, derive)

    @cached_property
    def signing_keys(self) -> KeyRing[SigningKey]:
        from shared.signing_keys import derive
        return self._key_ring(self.settings.signing_secret_id, derive)

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
