"""One stage of the service over DynamoDB Local: its tables as serverless.yml has them."""

from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.stores import aws_clients
from tests.support.cloud import KEYS, PEPPER_SECRET, SIGNING_SECRET, Cloud

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TTL_TABLES = ("sessions", "attempts")
# Retries as in production; what differs is patience, because here forty callers share two cores.
CONFIG = aws_clients.CONFIG.merge(Config(read_timeout=30, max_pool_connections=64))


class Vault:
    """Secrets Manager as far as the service asks it, which DynamoDB Local has no part in."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[str, str]] = {}
        self.reset()

    def reset(self) -> None:
        self._versions = {"signing-secret": {"AWSCURRENT": SIGNING_SECRET},
                          "pepper-secret": {"AWSCURRENT": PEPPER_SECRET}}

    def get_secret_value(self, *, SecretId: str, VersionStage: str) -> dict[str, str]:
        versions = self._versions[SecretId]
        if VersionStage not in versions:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"},
                               "ResponseMetadata": {"HTTPStatusCode": 400}}, "GetSecretValue")
        return {"SecretString": versions[VersionStage]}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:
        current = self._versions[SecretId]["AWSCURRENT"]
        self._versions[SecretId] = {"AWSCURRENT": SecretString, "AWSPREVIOUS": current}


class Stage(Cloud):
    """The tables in DynamoDB Local."""

    def build(self, sweeping: bool = True) -> None:
        """Make the tables anew; if `sweeping`, the engine hides what has expired."""
        vault: Any = self.secrets_manager
        vault.reset()
        for name in self.dynamodb.list_tables()["TableNames"]:
            self.dynamodb.delete_table(TableName=name)
        for name, keys in KEYS.items():
            schema: Any = [{"AttributeName": key, "KeyType": kind}
                           for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
            self.dynamodb.create_table(
                TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=schema,
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}
                                      for key in keys])
        for name in TTL_TABLES if sweeping else ():
            self.dynamodb.update_time_to_live(
                TableName=name,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})


def client(address: str) -> "DynamoDBClient":
    """Return a client of the DynamoDB Local at `address`, which takes any credentials."""
    made: DynamoDBClient = botocore.session.get_session().create_client(
        "dynamodb", endpoint_url=address, region_name="us-west-2", config=CONFIG,
        aws_access_key_id="AKIALOCAL", aws_secret_access_key="local")
    return made


def stage(dynamodb: "DynamoDBClient") -> Stage:
    vault: Any = Vault()
    return Stage(dynamodb, vault)
