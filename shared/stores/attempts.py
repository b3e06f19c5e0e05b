"""The attempts table: one tally for each subject."""

from dataclasses import asdict
from typing import Any

from shared.errors import Unavailable
from shared.sign_in.attempts import FORGET_ONE_SECONDS, FREE_ATTEMPTS, Tally
from shared.stores.failures import ConditionFailed
from shared.stores.table import Table


class DynamoAttemptStore:
    """A shared.sign_in.attempts.AttemptStore. The table's key is Subject."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, subject: str, reservation: str, now: int) -> Tally:
        tally = self._count(
            subject,
            "SET #expires_at = if_not_exists(#expires_at, :now) + :one,"
            " #blocked_until = if_not_exists(#blocked_until, :now), #reservation = :reservation",
            # The last condition keeps a retry from counting again what its first try has counted.
            "attribute_not_exists(#Subject) OR (#expires_at > :now AND #expires_at <= :unwaited"
            " AND #blocked_until <= :now AND #reservation <> :reservation)",
            one=FORGET_ONE_SECONDS, unwaited=now + (FREE_ATTEMPTS - 2) * FORGET_ONE_SECONDS,
            now=now, reservation=reservation)
        if tally is None:
            raise Unavailable("the store did not return an item that exists")
        return tally

    def replace(self, subject: str, seen: Tally, new: Tally) -> Tally | None:
        return self._count(
            subject,
            "SET #blocked_until = :blocked_until, #expires_at = :expires_at,"
            " #reservation = :reservation",
            "#reservation = :seen", seen=seen.reservation, **asdict(new))

    def remove(self, subject: str, seen: Tally) -> Tally | None:
        try:
            self._table.delete({"Subject": subject}, "#reservation = :seen",
                               seen=seen.reservation)
        except ConditionFailed as failure:
            return _tally(failure.item)
        return None

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
    return Tally(item["blocked_until"], item["expires_at"], item["reservation"])
