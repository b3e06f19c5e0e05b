"""A stage that requires a second factor of everybody gives each person some time to enrol one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.identities import UserStore


class Enrolment:
    """`now` returns epoch seconds."""

    def __init__(self, users: UserStore, grace_seconds: int, now: Callable[[], int]) -> None:
        self._users, self._grace_seconds, self._now = users, grace_seconds, now

    def due(self, user_id: str) -> int:
        """Return when the user must have enrolled a second factor (epoch seconds): so many seconds
        after the first sign-in without one. Raises Unavailable."""
        return self._users.enrol_by(user_id, self._now() + self._grace_seconds)
