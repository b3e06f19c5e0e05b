"""A deployed API, called over HTTP as a client application calls it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scripts.checkout import Refused

TIMEOUT_SECONDS = 35
# A new API, or a function that starts cold for the first time, may answer 5xx for a moment.
TRIES, PAUSE_SECONDS = 3, 2.0
DOMAIN_SECONDS, DOMAIN_PAUSE_SECONDS = 300, 5.0
FORGED = "e30.e30.forged"
# Of the form of an id, so that it is looked for; no id is made like this.
UNKNOWN_ID = "00000000-0000-0000-0000-000000000000"


class Wrong(Exception):
    """The deployed service does not answer as it should; the text says what it answered.

    It is what a check finds, while Refused is a program that cannot do its work."""


def require_url(text: str) -> None:
    """Raise Refused unless this is a URL that an API can have."""
    with suppress(ValueError):
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return
    raise Refused(f"{text} is no base URL; BASE_URL is one such as "
                  "https://abc.execute-api.us-west-2.amazonaws.com/dev.")


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """`headers` are by lower-case name; `body` is the parsed JSON, the text of what says that it is
    text, or None if there is none."""

    request: str
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def name(self) -> object:
        """The `name` of an error, None if there is none."""
        return self.body.get("name") if isinstance(self.body, dict) else None

    def __getitem__(self, name: str) -> Any:
        """Return a field of the body; raise Wrong if it is not there."""
        if not isinstance(self.body, dict) or name not in self.body:
            raise self.wrong(f"with {name}")
        return self.body[name]

    def require(self, status: int, **fields: object) -> None:
        """Raise Wrong unless the status is this, and the body has these fields and values."""
        said = self.body if isinstance(self.body, dict) else {}
        if self.status != status or any(said.get(name) != fields[name] for name in fields):
            raise self.wrong(f"{status} with {fields}")

    def wrong(self, expected: str) -> Wrong:
        return Wrong(f"{self.request} should answer {expected}, and answers "
                     f"{self.status} {json.dumps(self.body)[:300]}")


@dataclass(frozen=True, slots=True)
class Api:
    """`signs_up` is False where an account can be used only once its address is verified, which
    takes somebody who reads mail, and `needs_factor` is True where it is of no use before it has a
    second factor. `account`, an address with its password, is one that exists where nobody can sign
    up. `invoke` has a function run an event, and returns its answer and whether it failed."""

    base_url: str
    client_id: str
    signs_up: bool = True
    account: tuple[str, str] | None = None
    invoke: Callable[[str, object], tuple[Any, bool]] | None = None
    needs_factor: bool = False

    def call(self, method: str, path: str, body: object = None, token: str | None = None,
             headers: Mapping[str, str] = {}) -> ApiAnswer:
        """Return the answer, whatever its status; raise Wrong if there is none."""
        sent = {"x-koms-clientid": self.client_id, **headers}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            sent["content-type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url.rstrip('/')}{path}", data, sent,
                                         method=method)
        for last in [False] * (TRIES - 1) + [True]:
            answer = _answer(request, f"{method} {path}")
            if answer.status < 500 or answer.name == "mail_not_configured" or last:
                break
            time.sleep(PAUSE_SECONDS)
        return answer


def wait_for_domain(api: Api) -> None:
    """Wait for a domain that a deployment has just brought. Its DNS record takes a while to
    spread, and API Gateway answers 403 until it knows which API belongs to the domain. If it does
    not come, the checks say what is wrong."""
    deadline = time.monotonic() + DOMAIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(Wrong):
            if api.call("GET", "/ping").status != 403:
                return
        time.sleep(DOMAIN_PAUSE_SECONDS)


def _answer(request: urllib.request.Request, name: str) -> ApiAnswer:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            status, headers, content = response.status, response.headers, response.read()
    except urllib.error.HTTPError as refusal:
        status, headers, content = refusal.code, refusal.headers, refusal.read()
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise Wrong(f"{request.full_url} cannot be reached: {reason}") from error
    try:
        body = _read(content, headers.get("content-type", ""))
    except ValueError:
        raise Wrong(f"{name} answers {status} with what is not JSON: {content[:300]!r}") from None
    return ApiAnswer(name, status, {key.lower(): value for key, value in headers.items()}, body)


def _read(content: bytes, media_type: str) -> Any:
    if not content:
        return None
    is_text = media_type.startswith(("text/", "image/svg+xml"))
    return content.decode() if is_text else json.loads(content)
