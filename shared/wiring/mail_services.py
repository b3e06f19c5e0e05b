"""What mail is made of: requests for it and their limits, and its delivery.

Like the services that use them, each is built at its first use, and imports what it needs
only then.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from shared.wiring.session_services import SessionServices

if TYPE_CHECKING:
    from shared.mail.delivery import Delivery
    from shared.mail.limits import RequestLimits
    from shared.mail.notice_delivery import NoticeDelivery
    from shared.mail.notices import Notices
    from shared.mail.requests import MailRequests
    from shared.sign_in.quotas import Quotas
    from shared.tokens.mail_tokens import MailTokens


class MailServices(SessionServices):
    """The part of Services that sends mail, or has it sent."""

    @cached_property
    def mail_requests(self) -> MailRequests:
        from shared.mail.requests import MailRequests
        return MailRequests(self.errand_queue, self.mail_request_limits)

    @cached_property
    def mail_request_limits(self) -> RequestLimits:
        from shared.mail.limits import RequestLimits
        chosen = self.settings
        return RequestLimits(self.quotas, chosen.mails_per_source, chosen.mails_per_hour)

    @cached_property
    def notices(self) -> Notices:
        from shared.mail.notices import Notices
        return Notices(self.errand_queue, self.user_store, self.now)

    @cached_property
    def quotas(self) -> Quotas:
        from shared.sign_in.quotas import Quotas
        peppers = self.peppers
        return Quotas(self.quota_store, lambda: peppers.newest().subject_key, self.now)

    @cached_property
    def delivery(self) -> Delivery:
        from shared.mail.delivery import Delivery
        from shared.mail.letters import Letterhead
        from shared.mail.limits import MailboxLimits
        chosen = self.settings
        return Delivery(self.identity_store, self.mail_tokens, self.mailer,
                        Letterhead(chosen.service_name, chosen.link_base),
                        MailboxLimits(self.quotas, chosen.mails_per_mailbox),
                        self.device_tokens, self._notice_delivery())

    def _notice_delivery(self) -> NoticeDelivery:
        from shared.mail.limits import NoticeLimits
        from shared.mail.notice_delivery import NoticeDelivery
        chosen = self.settings
        return NoticeDelivery(self.identity_store, self.mailer, chosen.service_name, NoticeLimits(
            self.quotas, chosen.mails_per_mailbox, self.mail_request_limits))

    @cached_property
    def mail_tokens(self) -> MailTokens:
        from shared.tokens.mail_tokens import MailTokens
        return MailTokens(self.settings.issuers, self.jws, self.now)
