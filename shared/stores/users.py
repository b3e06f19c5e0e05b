"""The users table, key UserId; the account is written with its identity (`identities`)."""

from shared.accounts import Account
from shared.stores.table import Table


class DynamoUserStore:
    """A shared.accounts.UserStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, user_id: str) -> Account | None:
        item = self._table.get({"UserId": user_id})
        return None if item is None else Account(item["UserId"], item["email"], item["created_at"])
