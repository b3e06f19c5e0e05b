"""Counts of the attempts table that end with their window."""

import uuid

from shared.stores.failures import ConditionFailed
from shared.stores.table import Table


class DynamoQuotaStore:
    """A shared.sign_in.quotas.QuotaStore. The table's key is Subject; `counted_by` names the write
    that was last, by which a retry recognises its own first try."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, subject: str, most: int, expires_at: int) -> bool:
        return self._write(
            subject, "SET #count = if_not_exists(#count, :none) + :one,"
            " #expires_at = :expires_at, #counted_by = :own",
            "attribute_not_exists(#count) OR (#count < :most AND #counted_by <> :own)",
            none=0, one=1, most=most, expires_at=expires_at)

    def uncount(self, subject: str) -> None:
        self._write(subject, "SET #count = #count - :one, #counted_by = :own",
                    "#count > :none AND #counted_by <> :own", one=1, none=0)

    def used(self, subject: str) -> int:
        item = self._table.get({"Subject": subject})
        return 0 if item is None else int(item["count"])

    def _write(self, subject: str, update: str, condition: str, **values: int) -> bool:
        """Return whether the update was made, by this or by an earlier try."""
        own = uuid.uuid4().hex
        try:
            self._table.update({"Subject": subject}, update, condition, own=own, **values)
        except ConditionFailed as failure:
            return (failure.item or {}).get("counted_by") == own
        return True
