"""The AWS clients, with time-outs that fit a request.

botocore alone makes them: boto3 adds import time and nothing that is used here. The
SDK's defaults (legacy retries, 10 tries, 60 s each) would outlive the function.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client

# Three tries of at most 3 s with at most 3 s of back-off between them: 12 s, under the
# shortest time-out of a function that uses a client (15 s).
CONFIG = Config(connect_timeout=1, read_timeout=2,
                retries={"mode": "standard", "total_max_attempts": 3})


@cache
def _session() -> botocore.session.Session:
    """One session for all clients: each would read botocore's endpoints and lists anew."""
    return botocore.session.get_session()


def _client(service: str) -> Any:
    return _session().create_client(service, config=CONFIG)


def dynamodb() -> "DynamoDBClient":
    client: DynamoDBClient = _client("dynamodb")
    return client


def secrets_manager() -> "SecretsManagerClient":
    client: SecretsManagerClient = _client("secretsmanager")
    return client


def ses() -> "SESV2Client":
    client: SESV2Client = _client("sesv2")
    return client
