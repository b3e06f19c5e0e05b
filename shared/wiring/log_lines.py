"""Lines of the log: their timestamp, and those that belong to no invocation's outcome.

The line of an invocation is written by shared/gateway/audit.py.
"""

import json
import time


def timestamp() -> str:
    """Return now in UTC, to the millisecond, as RFC 3339 writes it."""
    now = time.time()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"


def warn(event: str, reason: str) -> None:
    """Print that something did not work which no request fails for."""
    print(json.dumps({"timestamp": timestamp(), "level": "WARN", "event": event,
                      "reason": reason}), flush=True)
