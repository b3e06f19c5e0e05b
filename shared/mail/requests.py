"""Requests for mail: limited, then posted as errands, alike for every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import MailNotConfigured
from shared.mail.errands import ChangeErrand, Errand, Occasion
from shared.sign_in.quotas import source_of

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity
    from shared.mail.errands import ErrandQueue
    from shared.mail.limits import RequestLimits


class MailRequests:
    """`queue` is None on a stage that sends no mail."""

    def __init__(self, queue: ErrandQueue | None, limits: RequestLimits) -> None:
        self._queue, self._limits = queue, limits

    def ask(self, occasion: Occasion, email: str, device_token: str, caller: Caller) -> None:
        """Raises MailNotConfigured, TooManyRequests or Unavailable."""
        self.admit(occasion.value, caller)
        self.post(occasion, email, caller, device_token)

    def admit(self, kind: str, caller: Caller) -> None:
        """Count a request for mail of this kind, each of which has an hour's limit of its own.

        Raises MailNotConfigured, TooManyRequests or Unavailable.
        """
        self._require_queue()
        self._limits.admit(kind, source_of(caller.address))

    def post(self, occasion: Occasion, email: str, caller: Caller, device_token: str = ""
             ) -> None:
        """Post the errand of a request that was admitted.

        It is posted whatever the address, so that nobody can tell whether a mail is due. Raises
        MailNotConfigured or Unavailable.
        """
        self._require_queue().put(
            Errand(occasion, email, source_of(caller.address), device_token))

    def ask_change(self, identity: Identity, email: str, caller: Caller) -> None:
        """Have a link mailed to `email` that makes it the address of this identity's user, or the
        news that it has an account. Raises what `ask` does."""
        self.admit(Occasion.CHANGE_EMAIL.value, caller)
        self._require_queue().put(ChangeErrand(
            email, identity.user_id, identity.password_version, source_of(caller.address)))

    def _require_queue(self) -> ErrandQueue:
        if self._queue is None:
            raise MailNotConfigured
        return self._queue
