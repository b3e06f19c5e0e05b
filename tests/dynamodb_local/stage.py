"""One stage of the service over DynamoDB Local: its tables as serverless.yml has them."""

from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.stores import aws_clients
from tests.support import tables
from tests.support.cloud import PEPPER_SECRET, SIGNING_SECRET, Cloud

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Retries as in production; what differs is patience, because here forty callers share two cores.
CONFIG = aws_clients.CONFIG.merge(Config(read_timeout=30, max_pool_connections=64))


class Vault:
    """Secrets Manager as far as the service asks it, which DynamoDB Local has no part in."""

    _secrets = {"signing-secret": SIGNING_SECRET, "pepper-secret": PEPPER_SECRET}

    def get_secret_value(self, *, SecretId: str, VersionStage: str) -> dict[str, str]:
        if VersionStage != "AWSCURRENT":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"},
                               "ResponseMetadata": {"HTTPStatusCode": 400}}, "GetSecretValue")
        return {"SecretString": self._secrets[SecretId]}


class LocalStage(Cloud):
    """The tables in DynamoDB Local, with nothing else of AWS."""

    def build(self, sweeping: bool = True) -> None:
        """Make the tables anew; if `sweeping`, the engine hides what has expired."""
        tables.drop(self.dynamodb)
        tables.create(self.dynamodb)
        if sweeping:
            tables.sweep(self.dynamodb)


def client(address: str, access_key: str = "AKIALOCAL") -> "DynamoDBClient":
    """Return a client of the DynamoDB Local at `address`, which takes any credentials, and holds
    tables of their own for each access key."""
    made: DynamoDBClient = botocore.session.get_session().create_client(
        "dynamodb", endpoint_url=address, region_name="us-west-2", config=CONFIG,
        aws_access_key_id=access_key, aws_secret_access_key="local")
    return made


def stage(dynamodb: "DynamoDBClient") -> LocalStage:
    vault: Any = Vault()
    return LocalStage(dynamodb, vault)
