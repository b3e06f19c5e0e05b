"""A stage that requires a second factor of everybody gives each person some time to enrol one."""

from collections.abc import Callable
from typing import Protocol


class Deadlines(Protocol):
    def enrol_by(self, user_id: str, instant: int) -> int:
        """Return by when the user has to enrol a second factor; it is this instant (epoch seconds)
        if none was given before, or if the account is gone. Raises Unavailable when the store
        cannot answer."""


class Enrolment:
    """`now` returns epoch seconds."""

    def __init__(self, deadlines: Deadlines, grace_seconds: int, now: Callable[[], int]) -> None:
        self._deadlines, self._grace_seconds, self._now = deadlines, grace_seconds, now

    def due(self, user_id: str) -> int:
        """Return when the user must have enrolled a second factor (epoch seconds): so many seconds
        after the first sign-in without one. Raises Unavailable."""
        return self._deadlines.enrol_by(user_id, self._now() + self._grace_seconds)
