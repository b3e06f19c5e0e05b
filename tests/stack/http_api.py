"""A plain HTTP client of the API, which sends just what it is told."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# A function's first start takes seconds when the machine is busy.
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """`headers` are by lower-case name; `json` is None when the body is empty."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.text else None

    @property
    def error(self) -> tuple[int, str]:
        """Return status and name of an error in the shape that all have."""
        assert self.json.keys() - {"fields"} == {"name", "message"}, self.text
        return self.status, self.json["name"]


class Api:
    """`client_id` is sent as x-koms-clientid unless a call says otherwise."""

    def __init__(self, base_url: str, client_id: str) -> None:
        self.base_url, self.client_id = base_url, client_id
        self._base = urlsplit(base_url)

    def send(self, method: str, path: str, body: object = None, token: str | None = None,
             headers: Mapping[str, str | None] | None = None) -> HttpAnswer:
        """Send `body` as JSON, or as it is when it is bytes. A header of None is left out."""
        sent: dict[str, str | None] = {"x-koms-clientid": self.client_id}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        sent |= headers or {}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self._base.hostname or "", self._base.port,
                                                timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, self._base.path + path, data, {
                name: value for name, value in sent.items() if value is not None})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        return HttpAnswer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
