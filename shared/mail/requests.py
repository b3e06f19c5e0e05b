"""Requests for mail: limited, then posted as errands, alike for every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import MailNotConfigured
from shared.mail.errands import Errand, Occasion

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.mail.errands import ErrandQueue
    from shared.mail.limits import MailLimits


class MailRequests:
    """`queue` is None on a stage that sends no mail."""

    def __init__(self, queue: ErrandQueue | None, limits: MailLimits) -> None:
        self._queue, self._limits = queue, limits

    def ask(self, occasion: Occasion, email: str, caller: Caller) -> None:
        """Raises MailNotConfigured, TooManyRequests or Unavailable."""
        self.admit(occasion.value, caller)
        self.post(occasion, email, caller)

    def admit(self, kind: str, caller: Caller) -> None:
        """Count a request for mail of this kind, each of which has an hour's limit of its own.

        Raises MailNotConfigured, TooManyRequests or Unavailable.
        """
        self._require_queue()
        self._limits.admit(kind, caller.address)

    def post(self, occasion: Occasion, email: str, caller: Caller) -> None:
        """Post an errand of a request that was admitted, or nothing if the mailbox has had its
        mail: a refusal would let a stranger keep the owner from signing up.

        Raises MailNotConfigured or Unavailable.
        """
        queue, errand = self._require_queue(), Errand(occasion, email)
        if self._limits.has_room(errand, caller.address):
            queue.put(errand)

    def _require_queue(self) -> ErrandQueue:
        if self._queue is None:
            raise MailNotConfigured
        return self._queue
