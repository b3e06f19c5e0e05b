"""Limits on mail: for each mailbox, for each source address, and for the whole stage.

They are asked before anything is done. They do not depend on whether an address has an account,
and an attempt at a password does not count in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import TooManyRequests
from shared.sign_in.quotas import Limit, source_of

if TYPE_CHECKING:
    from shared.mail.errands import Errand
    from shared.sign_in.quotas import Quotas

HOUR_SECONDS = 3600
# Short enough that the owner of a mailbox which strangers have filled soon gets a mail again.
MAILBOX_SECONDS = 4 * HOUR_SECONDS


class MailLimits:
    """`per_mailbox` is for four hours and for each occasion; the others are for an hour."""

    def __init__(self, quotas: Quotas, per_mailbox: int, per_source: int, per_stage: int) -> None:
        self._quotas = quotas
        self._per_mailbox = Limit(per_mailbox, MAILBOX_SECONDS)
        self._share = Limit((per_mailbox + 1) // 2, MAILBOX_SECONDS)
        self._per_source = Limit(per_source, HOUR_SECONDS)
        self._per_stage = Limit(per_stage, HOUR_SECONDS)

    def admit(self, kind: str, address: str) -> None:
        """Count a request for mail of this kind that comes from this IP address.

        Raises TooManyRequests when its source, or the stage for this kind, has had as many as an
        hour may have, and Unavailable.
        """
        wait = (self._quotas.take(f"mail from {source_of(address)}", self._per_source)
                or self._quotas.take(f"mail of the stage, {kind}", self._per_stage))
        if wait:
            raise TooManyRequests(retry_after_seconds=wait)

    def has_room(self, errand: Errand, address: str) -> bool:
        """Count a mail to the mailbox of the errand, asked for from this IP address; return False
        when the mailbox has had its mail. Of that, one source can have half, so that one stranger
        leaves the owner the other half.

        Raises Unavailable.
        """
        subject = f"mail {errand.occasion.value} to {mailbox_of(errand.email)}"
        wait = (self._quotas.take(f"{subject} from {source_of(address)}", self._share)
                or self._quotas.take(subject, self._per_mailbox))
        return wait == 0


def mailbox_of(email: str) -> str:
    """Return the address without its tag: mail to ada+news@example.org is Ada's too."""
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"
