"""The attempts table: one tally for each subject."""

from dataclasses import asdict
from typing import Any

from shared.errors import Unavailable
from shared.sign_in.attempts import FORGET_SECONDS, FREE_ATTEMPTS, Tally
from shared.stores.failures import ConditionFailed
from shared.stores.table import Table


class DynamoAttemptStore:
    """A shared.sign_in.attempts.AttemptStore. The table's key is Subject."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        tally = self._count(
            subject,
            "SET #attempts = if_not_exists(#attempts, :none) + :one, #blocked_until = :none,"
            " #expires_at = :expires_at, #reservation = :reservation",
            # The last condition keeps a retry from counting again what its first try has counted.
            "attribute_not_exists(#Subject) OR (#attempts < :unwaited AND #expires_at > :now"
            " AND #reservation <> :reservation)",
            none=0, one=1, unwaited=FREE_ATTEMPTS - 1, now=now,
            expires_at=now + FORGET_SECONDS, reservation=reservation)
        if tally is None:
            raise Unavailable("the store did not return an item that exists")
        return tally

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally | None:
        return self._count(
            subject,
            "SET #attempts = :attempts, #blocked_until = :blocked_until,"
            " #expires_at = :expires_at, #reservation = :reservation",
            "#reservation = :seen", seen=seen.reservation, **asdict(new))

    def clear(self, subject: str) -> None:
        self._table.delete({"Subject": subject})

    def find(self, subject: str) -> Tally | None:
        return _tally(self._table.get({"Subject": subject}))

    def _count(self, subject: str, update: str, condition: str,
               **values: str | int) -> Tally | None:
        try:
            item = self._table.update({"Subject": subject}, update, condition, **values)
        except ConditionFailed as failure:
            return _tally(failure.item)
        return _tally(item)


def _tally(item: dict[str, Any] | None) -> Tally | None:
    if item is None:
        return None
    return Tally(item["attempts"], item["blocked_until"], item["expires_at"], item["reservation"])
