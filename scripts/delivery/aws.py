"""AWS clients of the programs; credentials are the agent's, or the shell's."""

from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from scripts.checkout import Refused

# Every way in which a call of AWS fails.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)
# How long a waiter pauses before it asks again.
POLL_SECONDS = 0.5
# The SDK would wait a minute, and try four times more, for an endpoint that nobody answers at.
CONNECT_SECONDS = 5
CONFIG = Config(connect_timeout=CONNECT_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 3})


def client(service: str, region: str, config: Config = CONFIG) -> Any:
    try:
        return botocore.session.get_session().create_client(service, region_name=region,
                                                            config=config)
    except ValueError as error:
        if isinstance(error, BotoCoreError):
            raise
        raise Refused(f"{error}: AWS_ENDPOINT_URL, or the endpoint_url of the AWS profile, is "
                      "not a URL such as http://127.0.0.1:4566. Correct it, or unset it to work "
                      "with AWS.") from None


def waiting(seconds: float) -> dict[str, float]:
    """Return the configuration of a waiter that gives up after `seconds`."""
    return {"Delay": POLL_SECONDS, "MaxAttempts": int(seconds / POLL_SECONDS)}
