"""Patience: what Lambda turns down only for the moment is asked again, for a while.

The SDK does this with its own retries for what is throttled, but not for a function that another
deployment is changing, and not where a lost answer must not be asked for twice.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from botocore.exceptions import ClientError

from scripts.checkout import Refused

T = TypeVar("T")
# 429: the request, or the invocation, was not carried out ("Lambda quotas", "Invoke").
THROTTLED = {"TooManyRequestsException":
             "the account has no room for it; see \"A new account\" in docs/performance.md"}
# 409: "the resource already exists, or another operation is in progress".
BUSY = THROTTLED | {"ResourceConflictException": "another change of it is in progress"}
PATIENCE_SECONDS = 300
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0


def patiently(ask: Callable[[], T], subject: str, reasons: Mapping[str, str],
              seconds: float = PATIENCE_SECONDS) -> T:
    """Return what `ask` does. While it fails with one of the codes of `reasons`, ask again, and
    raise Refused with that reason after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return ask()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in reasons:
                raise
            if time.monotonic() + pause > deadline:
                raise Refused(f"{subject}: Lambda still answers {code} after {seconds:.0f} s, "
                              f"because {reasons[code]}. Run the same again later.") from error
        time.sleep(random.uniform(pause / 2, pause))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
