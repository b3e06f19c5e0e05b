"""AWS clients of the programs; credentials are the agent's, or the shell's."""

from typing import Any
from urllib.parse import urlsplit

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
    """Return a client, or raise Refused for an endpoint that is no URL. Of a wrong port the SDK
    would say so only when the client is used, with an error that is not one of its own."""
    try:
        made = botocore.session.get_session().create_client(service, region_name=region,
                                                            config=config)
        _ = urlsplit(made.meta.endpoint_url).port
        return made
    except ValueError as error:
        if isinstance(error, BotoCoreError):
            raise
        raise Refused(f"{error}: AWS_ENDPOINT_URL or a variable that begins like it, or the "
                      "endpoint_url of the AWS profile, is not a URL such as "
                      "http://127.0.0.1:4566. Correct it, or unset it to work with AWS.") from None


def waiting(seconds: float) -> dict[str, float]:
    """Return the configuration of a waiter that gives up after `seconds`."""
    return {"Delay": POLL_SECONDS, "MaxAttempts": int(seconds / POLL_SECONDS)}
