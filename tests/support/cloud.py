"""The tables and secrets of one stage, and services over them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shared.settings import Settings
from shared.stores.items import unmarshalled
from shared.wiring.services import Services
from tests.support import tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

SIGNING_SECRET = "copper kettles whistle at seven sharp, say the neighbours, mostly"
PEPPER_SECRET = "black pepper from Kampot, white pepper from Penja, pink from nowhere"
ORIGIN = "https://app.example.org"

SETTINGS = Settings(
    stage="test", service_name="session-api",
    token_issuer="https://a1b2c3d4e5.execute-api.us-west-2.amazonaws.com/test",
    users_table="users", identities_table="identities", sessions_table="sessions",
    attempts_table="attempts", factors_table="factors", clients_table="clients",
    signing_secret_id="signing-secret", pepper_secret_id="pepper-secret",
    mail_function="sendMail:live",
    passkey_rp_id="example.org", passkey_origins=(ORIGIN,),
    authorizer_cache_seconds=0, allowed_origins=(ORIGIN,),
    bcrypt_cost=4)


@dataclass(frozen=True)
class Cloud:
    """What the service finds there, by the two clients that it uses."""

    dynamodb: "DynamoDBClient"
    secrets_manager: "SecretsManagerClient"

    def build(self) -> None:
        """Make the tables and secrets as serverless.yml describes them."""
        tables.create(self.dynamodb)
        self.secrets_manager.create_secret(Name="signing-secret", SecretString=SIGNING_SECRET)
        self.secrets_manager.create_secret(Name="pepper-secret", SecretString=PEPPER_SECRET)

    def services(self, now: Callable[[], int], **changes: Any) -> Services:
        """Return services on `now`, with these changes to SETTINGS."""
        services = Services(replace(SETTINGS, **changes), now)
        services.dynamodb, services.secrets_manager = self.dynamodb, self.secrets_manager
        return services

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table."""
        found = self.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        return [unmarshalled(item) or {} for item in found]

    def item(self, table: str) -> dict[str, Any]:
        """Return the only item of a table."""
        [item] = self.items(table)
        return item

    def change(self, table: str, **attributes: str | int | bool | None) -> None:
        """Change attributes of the only item of a table; None removes one."""
        item = {name: value for name, value in (self.item(table) | attributes).items()
                if value is not None}
        self.dynamodb.put_item(TableName=table, Item=_marshalled(item))

    def drop(self, table: str) -> None:
        """Delete all items of a table."""
        self.fill(table, [])

    def fill(self, table: str, items: Sequence[dict[str, Any]]) -> None:
        """Let a table hold these items, and no others."""
        there = self.items(table)
        for item in there:
            if item not in items:
                self.dynamodb.delete_item(TableName=table, Key=_marshalled(
                    {name: item[name] for name in tables.KEYS[table]}))
        for item in items:
            if item not in there:
                self.dynamodb.put_item(TableName=table, Item=_marshalled(item))

    def rotate_secret(self, name: str, secret: str) -> None:
        """Make `secret` current; the one that was becomes AWSPREVIOUS."""
        self.secrets_manager.put_secret_value(SecretId=name, SecretString=secret)

    def stage_secret(self, name: str, secret: str) -> None:
        """Stage `secret` as AWSPENDING."""
        self.secrets_manager.put_secret_value(SecretId=name, SecretString=secret,
                                              VersionStages=["AWSPENDING"])


def _marshalled(item: dict[str, Any]) -> dict[str, Any]:
    kinds = {str: "S", int: "N", bool: "BOOL"}
    return {name: {kinds[type(value)]: str(value) if type(value) is int else value}
            for name, value in item.items()}
