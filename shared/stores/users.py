"""The users table, key UserId; the account is written with its identity (`identities`)."""

from collections.abc import Iterator
from typing import Any

from shared.identities import Account
from shared.stores.failures import ConditionFailed
from shared.stores.items import words_change, words_of
from shared.stores.table import Table


class DynamoUserStore:
    """A shared.identities.UserStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, user_id: str) -> Account | None:
        item = self._table.get({"UserId": user_id})
        return None if item is None else _account(item)

    def set_roles(self, seen: Account, roles: tuple[str, ...]) -> bool:
        """Give the account these roles, for the operators' tool. Return False if it has others than
        `seen`, or is gone.

        It is a transaction for its token, as with a new session: a try that comes late would find
        the roles as they were seen if another change had brought them back.
        """
        update, condition, values = words_change("roles", seen.roles, roles)
        try:
            self._table.transact(self._table.update_entry(
                {"UserId": seen.user_id}, update, f"attribute_exists(#UserId) AND {condition}",
                **values))
        except ConditionFailed as failure:
            # An equal text was written by this write's own first try, or says the same.
            return failure.item is not None and words_of(failure.item, "roles") == roles
        return True

    def every(self) -> Iterator[Account]:
        """Yield all accounts, for the operators' tool."""
        return map(_account, self._table.scan())


def _account(item: dict[str, Any]) -> Account:
    return Account(item["UserId"], item["email"], item["created_at"],
                   words_of(item, "roles"))
