"""AWS clients of the pipeline steps; credentials are the agent's, or the shell's."""

from typing import Any

import botocore.session
from botocore.config import Config

# How long a waiter pauses before it asks again.
POLL_SECONDS = 0.5


def client(service: str, region: str, config: Config | None = None) -> Any:
    return botocore.session.get_session().create_client(service, region_name=region,
                                                        config=config)


def waiting(seconds: float) -> dict[str, float]:
    """Return the configuration of a waiter that gives up after `seconds`."""
    return {"Delay": POLL_SECONDS, "MaxAttempts": int(seconds / POLL_SECONDS)}
