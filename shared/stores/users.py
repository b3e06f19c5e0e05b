"""The users table, key UserId; the account is written with its identity (`identities`). What
changes it later is for the operators' tool."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shared.identities import Account
from shared.stores.failures import ConditionFailed
from shared.stores.items import words_of, words_update
from shared.stores.table import Table


class DynamoUserStore:
    """A shared.identities.UserStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, user_id: str) -> Account | None:
        item = self._table.get({"UserId": user_id})
        return None if item is None else _account(item)

    def set_roles(self, seen: Account, roles: tuple[str, ...], version: int) -> Account | None:
        """Give the account these roles and this later version. Return it, or None if it has another
        version than `seen`, or is gone."""
        given = replace(seen, roles=roles, roles_version=version)
        update, values = words_update("roles", roles)
        condition = "attribute_exists(#UserId) AND attribute_not_exists(#roles_version)"
        if seen.roles_version:
            condition, values["seen"] = "#roles_version = :seen", seen.roles_version
        try:
            self._table.update({"UserId": seen.user_id}, update, condition,
                               version=version, **values)
        except ConditionFailed as failure:
            # It was written by this write's own first try, or says the same.
            return given if failure.item and _account(failure.item) == given else None
        return given

    def enrol_by(self, user_id: str, instant: int) -> int:
        """Return by when the user has to enrol a second factor; it is this instant (epoch seconds)
        if none was given before, or if the account is gone."""
        try:
            item = self._table.update(
                {"UserId": user_id}, "SET #enrol_by = if_not_exists(#enrol_by, :instant)",
                "attribute_exists(#UserId)", instant=instant)
        except ConditionFailed:
            return instant
        return int(item["enrol_by"])

    def block(self, user_id: str, now: int) -> Account | None:
        """Block the account, unless it is blocked already. Return it as it is now, or None if it
        is gone."""
        return self._write(user_id, "SET #blocked_at = :now",
                           "attribute_exists(#UserId) AND attribute_not_exists(#blocked_at)",
                           now=now)

    def unblock(self, seen: Account) -> Account | None:
        """End the block of `seen`, and no later one: a try that arrives late must not undo what
        another operator has done meanwhile. Return the account as it is now, or None if it is
        gone."""
        return self._write(seen.user_id, "REMOVE #blocked_at", "#blocked_at = :seen",
                           seen=seen.blocked_at)

    def every(self) -> Iterator[Account]:
        """Yield all accounts."""
        return map(_account, self._table.scan())

    def _write(self, user_id: str, update: str, condition: str, **values: int) -> Account | None:
        """Return the account, changed or as it was found instead."""
        try:
            return _account(self._table.update({"UserId": user_id}, update, condition, **values))
        except ConditionFailed as failure:
            return None if failure.item is None else _account(failure.item)


def _account(item: dict[str, Any]) -> Account:
    return Account(item["UserId"], item["email"], item["created_at"], words_of(item, "roles"),
                   item.get("roles_version", 0), item.get("blocked_at", 0))
