"""The one log line of an invocation, named after the OWASP Logging Vocabulary.

Lambda's own filter reads `level` and `timestamp`. It counts a line as INFO unless its timestamp is
as RFC 3339 has it ("Log-level filtering" in the guide of AWS Lambda).

No secret, token, password or address is in it: user, session and client ids, and the
`subject` (an HMAC) where an address must be matched. Metric filters in serverless.yml
read `event`. For an unexpected exception the line has the type and the place, but not the
text, which may quote a value of the request.
"""

import json
from types import TracebackType
from typing import Protocol

from shared.errors import SessionApiError
from shared.wiring.log_lines import timestamp

# The log event of an invocation that has no name in the vocabulary.
ROUTINE = "request"


class Invocation(Protocol):
    """What a line says of an invocation that only its handler knows."""

    event_name: str
    about: dict[str, str]

    @property
    def request_id(self) -> str: ...


def write(invocation: Invocation, context: object, status: int, error: Exception | None,
          log_level: str = "INFO") -> None:
    """Print the line; `error` is the reason for `status`, None for a success.

    At the level WARN, a success that has no name of its own in the vocabulary (mostly
    authorized calls) gets no line.
    """
    if log_level == "WARN" and error is None and invocation.event_name == ROUTINE:
        return
    about = dict(invocation.about)
    event = invocation.event_name
    line: dict[str, object] = {}
    if isinstance(error, SessionApiError):
        about |= error.about
        event = error.event or event
        line["name"] = error.name
        line["reason"] = str(error)
    elif error is not None:
        line["name"] = "server_error"
    if error is not None and status >= 500:
        line |= {"exception": type(error).__name__, "at": _places(error.__traceback__)}
        if error.__cause__ is not None:
            line["cause"] = type(error.__cause__).__name__
    print(json.dumps({
        "timestamp": timestamp(), "level": _level(status), "event": event,
        "function": getattr(context, "function_name", ""),
        "request_id": invocation.request_id, "status": status,
    } | about | line), flush=True)


def _level(status: int) -> str:
    return "ERROR" if status >= 500 else "WARN" if status >= 400 else "INFO"


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places
