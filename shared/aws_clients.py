"""The AWS clients, with time-outs that fit a request.

botocore alone makes them: boto3 adds import time and nothing that is used here. The
SDK's defaults (legacy retries, 10 tries, 60 s each) would outlive the function.
"""

from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Three tries of at most 3 s with at most 3 s of back-off between them: 12 s, under the
# shortest time-out of a function that uses a client (15 s).
CONFIG = Config(connect_timeout=1, read_timeout=2,
                retries={"mode": "standard", "total_max_attempts": 3})


def dynamodb() -> "DynamoDBClient":
    client: Any = botocore.session.get_session().create_client("dynamodb", config=CONFIG)
    return client  # type: ignore[no-any-return]  # botocore has no types of its own


def secrets_manager() -> "SecretsManagerClient":
    client: Any = botocore.session.get_session().create_client("secretsmanager", config=CONFIG)
    return client  # type: ignore[no-any-return]  # botocore has no types of its own
