"""Delivers notices: to the address of an account, or to the one that an account has just given up.

Only functions of ours can post an errand, and the address in it comes from our tables. Whoever
signs up with a stranger's address can still cause notices to it. Such an address is not verified:
it gets no words of theirs, and is protected by the limits on requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.errors import MailNotConfigured, MailNotSent
from shared.identities import EMAIL_ADDRESS
from shared.mail.delivery import Done
from shared.mail.notice_letters import compose_notice
from shared.mail.notices import Notice

if TYPE_CHECKING:
    from shared.identities import IdentityStore
    from shared.mail.limits import NoticeLimits
    from shared.mail.mailer import Mailer
    from shared.mail.notices import NoticeErrand


class NoticeDelivery:
    """`mailer` is None on a stage that sends no mail."""

    def __init__(self, identities: IdentityStore, mailer: Mailer | None, service_name: str,
                 limits: NoticeLimits) -> None:
        self._identities, self._mailer = identities, mailer
        self._service_name, self._limits = service_name, limits

    def do(self, errand: NoticeErrand) -> Done:
        """Send the notice, if the address has an account and has not had enough of its kind.

        Raises MailNotSent, MailNotConfigured or Unavailable.
        """
        if errand.occasion is Notice.EMAIL_CHANGED:
            # The account has left this address, and whoever took it over may have had somebody
            # sign up with it again: what the address is now must not decide.
            return Done(self._send(errand, errand.verified, with_device=False), {})
        identity = self._identities.find(EMAIL_ADDRESS, errand.email)
        if identity is None:
            return Done("no_mail_due", {})
        return Done(self._send(errand, identity.verified, identity.verified),
                    {"user_id": identity.user_id})

    def _send(self, errand: NoticeErrand, is_owners: bool, with_device: bool) -> str:
        """Return what became of the notice."""
        if self._mailer is None:
            raise MailNotConfigured
        if not self._limits.take(errand, is_owners):
            return "mail_withheld"
        try:
            self._mailer.send(compose_notice(errand, self._service_name, with_device=with_device))
        except MailNotSent:
            self._limits.give_back(errand, is_owners)
            raise
        return "mail_sent"
