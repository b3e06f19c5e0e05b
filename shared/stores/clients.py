"""The clients table: read by the authorizers, written by the operators' tool."""

from typing import Any

from shared.clients import Client
from shared.stores.failures import ConditionFailed
from shared.stores.items import Value, words_entry, words_of
from shared.stores.table import Table


class DynamoClientStore:
    """A shared.clients.ClientStore. The table's key is ClientId."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, client_id: str) -> Client | None:
        item = self._table.get({"ClientId": client_id})
        return None if item is None else _client(item)

    def add(self, client: Client) -> bool:
        """Store a new client; return False if its id is taken."""
        item: dict[str, Value] = {
            "ClientId": client.client_id, "name": client.name, "enabled": client.enabled,
            "created_at": client.created_at, "must_prove": client.must_prove,
            **words_entry("redirect_uris", client.redirect_uris)}
        try:
            self._table.put(item, "attribute_not_exists(#ClientId)")
        except ConditionFailed as failure:
            return failure.retried and failure.item == item
        return True

    def every(self) -> list[Client]:
        return sorted((_client(item) for item in self._table.scan()), key=lambda c: c.client_id)

    def set_enabled(self, client_id: str, enabled: bool) -> bool:
        """Enable or disable a client; return False if there is none of this id."""
        return self._set(client_id, "SET #enabled = :said", enabled)

    def set_must_prove(self, client_id: str, must_prove: bool) -> bool:
        """Say whether a client must prove possession; return False if there is none of this id."""
        return self._set(client_id, "SET #must_prove = :said", must_prove)

    def set_redirect_uris(self, client_id: str, redirect_uris: tuple[str, ...]) -> bool:
        """Say where the account pages may lead back to a client; return False if there is none of
        this id."""
        return self._set(client_id, "SET #redirect_uris = :said", " ".join(redirect_uris))

    def _set(self, client_id: str, update: str, said: Value) -> bool:
        try:
            self._table.update({"ClientId": client_id}, update, "attribute_exists(#ClientId)",
                               said=said)
        except ConditionFailed:
            return False
        return True


def _client(item: dict[str, Any]) -> Client:
    return Client(item["ClientId"], item["name"], item["enabled"], item["created_at"],
                  item.get("must_prove", False), words_of(item, "redirect_uris"))
