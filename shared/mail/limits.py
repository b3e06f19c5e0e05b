"""Limits on mail.

Requests for mail are limited by source address and by stage, before anything is done and without
looking an address up. Mails are limited by mailbox, when one is due: what does not lead to a mail
fills no mailbox. An attempt at a password counts in none of them. Notices have limits of their own,
which strangers do not reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import TooManyRequests
from shared.sign_in.quotas import Limit, source_of

if TYPE_CHECKING:
    from shared.mail.errands import ChangeErrand, Errand
    from shared.mail.notices import NoticeErrand
    from shared.sign_in.quotas import Quotas
    from shared.tokens.device_tokens import Device

HOUR_SECONDS = 3600
# Short enough that the owner of a mailbox which strangers have filled soon gets a mail again.
MAILBOX_SECONDS = 4 * HOUR_SECONDS


class RequestLimits:
    """So many requests in an hour, from a source and on the stage."""

    def __init__(self, quotas: Quotas, per_source: int, per_stage: int) -> None:
        self._quotas = quotas
        self._per_source = Limit(per_source, HOUR_SECONDS)
        self._per_stage = Limit(per_stage, HOUR_SECONDS)

    def admit(self, kind: str, source: str) -> None:
        """Count a request for mail of this kind that comes from this source.

        Raises TooManyRequests when the source, or the stage for this kind, has had as many as an
        hour may have, and Unavailable.
        """
        self._admit("mail", kind, source)

    def admit_notice(self, kind: str, source: str) -> None:
        """The same for a notice that this source causes. It is counted apart, or requests would
        keep back the notices of what their source does next."""
        self._admit("notices", kind, source)

    def _admit(self, counted: str, kind: str, source: str) -> None:
        wait_seconds = (self._quotas.take(f"{counted} from {source}", self._per_source)
                        or self._quotas.take(f"{counted} of the stage, {kind}", self._per_stage))
        if wait_seconds:
            raise TooManyRequests(retry_after_seconds=wait_seconds)


class MailboxLimits:
    """So many mails to a mailbox in four hours, for each occasion. One source can ask for half of
    them, so that one stranger leaves the owner the other half. A device on which the owner has
    signed in before can ask for as many again, whatever strangers have asked for."""

    def __init__(self, quotas: Quotas, per_mailbox: int) -> None:
        self._quotas = quotas
        self._per_mailbox = Limit(per_mailbox, MAILBOX_SECONDS)
        self._share = Limit((per_mailbox + 1) // 2, MAILBOX_SECONDS)

    def take(self, errand: Errand | ChangeErrand, device: Device | None = None) -> bool:
        """Count the mail of an errand, from a device that is known for the mailbox or from
        anybody; return False if there has been enough, which counts nothing to the mailbox.
        Raises Unavailable."""
        return all(self._quotas.take(counted, limit) == 0
                   for counted, limit in self._counts(errand, device))

    def give_back(self, errand: Errand | ChangeErrand, device: Device | None = None) -> None:
        """Take back the count of a mail that was not sent. Raises Unavailable."""
        for counted, limit in self._counts(errand, device):
            self._quotas.give_back(counted, limit)

    def _counts(self, errand: Errand | ChangeErrand, device: Device | None
                ) -> list[tuple[str, Limit]]:
        mailbox = f"mail {errand.occasion.value} to {mailbox_of(errand.email)}"
        if device is not None:
            return [(f"{mailbox} from device {device.device_id}", self._share)]
        return [(f"{mailbox} from {errand.source}", self._share), (mailbox, self._per_mailbox)]


class NoticeLimits:
    """So many notices of each kind to an address in four hours, counted for the address alone: only
    what is done in its account can use them up, and no kind uses up another.

    An address that is not verified may be a stranger's, with whose address somebody has signed up.
    Notices to it also count for the mailbox, and for who causes them, or they would be a way to
    mail more strangers than `RequestLimits` let anybody mail.
    """

    def __init__(self, quotas: Quotas, per_mailbox: int, requests: RequestLimits) -> None:
        self._quotas, self._requests = quotas, requests
        self._limit = Limit(per_mailbox, MAILBOX_SECONDS)

    def take(self, errand: NoticeErrand, is_owners: bool) -> bool:
        """Count a notice to an address that is its owner's, or may be anybody's; return False if
        there has been enough. Raises Unavailable."""
        # First: what is withheld from one mailbox may not use up what there is for another.
        if self._quotas.take(_noticed(errand, is_owners), self._limit):
            return False
        if is_owners:
            return True
        try:
            self._requests.admit_notice(errand.occasion.value, source_of(errand.address))
        except TooManyRequests:
            self.give_back(errand, is_owners)
            return False
        return True

    def give_back(self, errand: NoticeErrand, is_owners: bool) -> None:
        """Take back the count of a notice that was not sent. Raises Unavailable."""
        self._quotas.give_back(_noticed(errand, is_owners), self._limit)


def _noticed(errand: NoticeErrand, is_owners: bool) -> str:
    to = f"owner {errand.email}" if is_owners else mailbox_of(errand.email)
    return f"notice {errand.occasion.value} to {to}"


def mailbox_of(email: str) -> str:
    """Return the address without its tag: mail to ada+news@example.org is Ada's too."""
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"
