"""The registry of client applications: who may call at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.errors import Unauthorized

# The client application that the account pages are, on every stage that has them.
ACCOUNT_PAGES = "account-pages"
CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Client:
    """A registered application; `created_at` is epoch seconds. One that `must_prove` opens and uses
    only sessions that are bound to a key (RFC 9449). To `redirect_uris`, and nowhere else, the
    account pages lead people back who sign in to it (RFC 6749 section 3.1.2)."""

    client_id: str
    name: str
    enabled: bool
    created_at: int
    must_prove: bool = False
    redirect_uris: tuple[str, ...] = ()


class ClientStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def find(self, client_id: str) -> Client | None: ...


class Clients:
    """`remember_seconds` is how long an enabled client is accepted without asking the store
    again. A client still works for at most this long after it was disabled."""

    def __init__(self, store: ClientStore, now: Callable[[], int], remember_seconds: int) -> None:
        self._store, self._now, self._remember_seconds = store, now, remember_seconds
        self._seen: dict[str, tuple[Client, int]] = {}

    def require(self, client_id: str) -> Client:
        """Return the enabled client of this id, or raise Unauthorized."""
        client, seen_at = self._seen.get(client_id, (None, 0))
        if client is not None and self._now() < seen_at + self._remember_seconds:
            return client
        client = self._store.find(client_id) if CLIENT_ID.fullmatch(client_id) else None
        if client is None or not client.enabled:
            raise Unauthorized("the client is not registered or not enabled")
        self._seen[client_id] = (client, self._now())
        return client
