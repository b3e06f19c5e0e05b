"""Counts of the attempts table that end with their window."""

from shared.stores.failures import ConditionFailed
from shared.stores.table import Table


class DynamoQuotaStore:
    """A shared.sign_in.quotas.QuotaStore. The table's key is Subject."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, subject: str, most: int, expires_at: int) -> bool:
        try:
            self._table.update(
                {"Subject": subject},
                "SET #count = if_not_exists(#count, :none) + :one, #expires_at = :expires_at",
                "attribute_not_exists(#count) OR #count < :most",
                none=0, one=1, most=most, expires_at=expires_at)
        except ConditionFailed:
            return False
        return True

    def uncount(self, subject: str) -> None:
        try:
            self._table.update({"Subject": subject}, "SET #count = #count - :one",
                               "#count > :none", one=1, none=0)
        except ConditionFailed:
            return

    def used(self, subject: str) -> int:
        item = self._table.get({"Subject": subject})
        return 0 if item is None else int(item["count"])
