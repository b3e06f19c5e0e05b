"""The AWS clients, with time-outs that fit a request.

botocore alone makes them: boto3 adds import time and nothing that is used here. The
SDK's defaults (legacy retries, 10 tries, 60 s each) would outlive the function.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client

# Made by scripts/packing/service_data.py.
EXCERPT = Path(__file__).resolve().parents[2] / "service_data"

# Three tries of at most 3 s with at most 3 s of back-off between them: 12 s, under the
# shortest time-out of a function that uses a client (15 s).
CONFIG = Config(connect_timeout=1, read_timeout=2,
                retries={"mode": "standard", "total_max_attempts": 3})


class ExcerptLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """Finds botocore's data in the excerpt that is in a zip. If a newer botocore asks for more,
    this loader finds it in the usual place."""

    def list_available_services(self, _type_name: str) -> list[str]:
        """Return the excerpt's services; the usual answer lists over 400 folders."""
        return sorted(path.name for path in EXCERPT.iterdir() if path.is_dir())


@cache
def _session() -> botocore.session.Session:
    """One session for all clients, because each session reads botocore's endpoints and lists
    again."""
    session = botocore.session.get_session()
    if EXCERPT.is_dir():
        session.register_component("data_loader", ExcerptLoader([str(EXCERPT)]))
    return session


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


def lambda_functions() -> "LambdaClient":
    client: LambdaClient = _client("lambda")
    return client
