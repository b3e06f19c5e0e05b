"""Delivery: does an errand, which is to look the address up and to mail what it calls for.
Notices are delivered by `notice_delivery`.

A mail that is due is not sent if its mailbox has had enough. That is decided here and not in the
request, whose answer would tell a stranger who has an account.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import MailNotConfigured, MailNotSent
from shared.identities import EMAIL_ADDRESS
from shared.mail.errands import ChangeErrand, Occasion
from shared.mail.letters import HAS_ACCOUNT, LETTERS, TAKEN, UNFINISHED, Letter, compose
from shared.mail.notices import NoticeErrand
from shared.tokens.mail_tokens import MailClaims, Purpose

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.mail.errands import AnyErrand, Errand
    from shared.mail.letters import Letterhead
    from shared.mail.limits import MailboxLimits
    from shared.mail.mailer import Mailer
    from shared.mail.notice_delivery import NoticeDelivery
    from shared.tokens.device_tokens import Device, DeviceTokens
    from shared.tokens.mail_tokens import MailTokens


class Done(NamedTuple):
    """What became of an errand, as the log says it, and the ids that the line may carry."""

    event: str
    about: dict[str, str]


class Delivery:
    """`mailer` is None on a stage that sends no mail."""

    def __init__(self, identities: IdentityStore, tokens: MailTokens, mailer: Mailer | None,
                 letterhead: Letterhead, limits: MailboxLimits, devices: DeviceTokens,
                 notices: NoticeDelivery) -> None:
        self._identities, self._tokens = identities, tokens
        self._limits, self._devices = limits, devices
        self._mailer, self._letterhead = mailer, letterhead
        self._notices = notices

    def do(self, errand: AnyErrand) -> Done:
        """Send the mail, if one is due and the mailbox has room.

        Raises MailNotSent, MailNotConfigured or Unavailable.
        """
        if isinstance(errand, NoticeErrand):
            return self._notices.do(errand)
        identity = self._identities.find(EMAIL_ADDRESS, errand.email)
        if isinstance(errand, ChangeErrand):
            return self._change(errand, identity)
        if identity is None and errand.occasion is Occasion.SIGN_UP:
            claims = MailClaims(str(uuid.uuid4()), 0, errand.email)
            return self._send(errand, LETTERS[Purpose.SIGN_UP], claims, Purpose.SIGN_UP)
        if identity is None or (errand.occasion is Occasion.VERIFY_EMAIL and identity.verified):
            return Done("no_mail_due", {})
        letter, purpose = _letter(errand.occasion, identity)
        claims = MailClaims(identity.user_id, identity.password_version)
        device = self._devices.read_of(identity.user_id, errand.device_token)
        return self._send(errand, letter, claims, purpose, device)

    def _change(self, errand: ChangeErrand, holder: Identity | None) -> Done:
        """Send the link, or to whoever holds the address, that it has an account."""
        claims = MailClaims(errand.user_id, errand.password_version, errand.email)
        if holder is None:
            return self._send(errand, LETTERS[Purpose.CHANGE_EMAIL], claims, Purpose.CHANGE_EMAIL)
        if holder.user_id == errand.user_id:
            return Done("no_mail_due", {})
        return self._send(errand, HAS_ACCOUNT, claims)

    def _send(self, errand: Errand | ChangeErrand, letter: Letter, claims: MailClaims,
              purpose: Purpose | None = None, device: Device | None = None) -> Done:
        """Send the letter if the mailbox has room, with a link for this purpose if there is one."""
        if self._mailer is None:
            raise MailNotConfigured
        token = self._tokens.mint(claims, purpose) if purpose else ""
        if not self._limits.take(errand, device):
            return Done("mail_withheld", {"user_id": claims.user_id})
        try:
            self._mailer.send(compose(letter, errand.email, self._letterhead, token))
        except MailNotSent:
            self._limits.give_back(errand, device)
            raise
        return Done("mail_sent", {"user_id": claims.user_id})


def _letter(occasion: Occasion, identity: Identity) -> tuple[Letter, Purpose | None]:
    """Return the letter, and what its link is for if it has one.

    While an address is taken and not verified, its owner may choose the password, because the
    person who signed up first may not be the owner.
    """
    if occasion in (Occasion.TAKEN, Occasion.SIGN_UP):
        return (TAKEN, None) if identity.verified else (UNFINISHED, Purpose.RESET_PASSWORD)
    purpose = Purpose[occasion.name]
    return LETTERS[purpose], purpose
