"""Sign up with a passkey and no password, by a link that was mailed to the address.

There is no account until the link is followed. So nobody can have a passkey in an account whose
address is another person's, and the address is verified from the start.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.accounts.passkey_enrolment import made_passkey
from shared.errors import InvalidTicket
from shared.factors.factors import Factors
from shared.factors.passkeys import Passkey
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import proven_by
from shared.tokens.ceremonies import Purpose
from shared.tokens.mail_tokens import Purpose as LinkPurpose

if TYPE_CHECKING:
    from shared.callers import Caller, SentPasskey
    from shared.factors.factor_store import FactorStore
    from shared.factors.recovery_sets import RecoverySets
    from shared.factors.relying_party import RelyingParty
    from shared.mail.links import MailedLinks
    from shared.sign_in.passkey_check import PasskeyCheck
    from shared.sign_in.sign_in import SignedIn, SignIn
    from shared.sign_in.used_tickets import UsedTickets
    from shared.tokens.ceremonies import Ceremonies


class SignedUp(NamedTuple):
    """A new session of a new account, its passkey, and its recovery codes, which are shown this
    once."""

    signed_in: SignedIn
    passkey: Passkey
    recovery_codes: tuple[str, ...]

    def as_response(self) -> dict[str, object]:
        return self.signed_in.as_response() | {
            "id": self.passkey.user_id, "passkey": self.passkey.as_response(),
            "recovery_codes": list(self.recovery_codes)}


class PasskeySignUp:
    """`party` is None on a stage without passkeys; `now` returns epoch seconds."""

    def __init__(self, party: RelyingParty | None, links: MailedLinks, ceremonies: Ceremonies,
                 used: UsedTickets, factors: FactorStore, recovery_sets: RecoverySets,
                 check: PasskeyCheck, sign_in: SignIn, now: Callable[[], int]) -> None:
        self._party, self._links, self._ceremonies = party, links, ceremonies
        self._used, self._factors, self._recovery_sets = used, factors, recovery_sets
        self._check, self._sign_in, self._now = check, sign_in, now

    def register(self, token: str, sent: SentPasskey, caller: Caller) -> SignedUp:
        """Return a session of the new account of the address that the link with this token was
        mailed to.

        Raises PasskeysNotConfigured, MailNotConfigured, InvalidLink, InvalidTicket, InvalidPasskey,
        UserExists or Unavailable.
        """
        link = self._links.claims(token, LinkPurpose.SIGN_UP)
        ceremony = self._ceremonies.verify(sent.ticket, caller.client_id, Purpose.SIGN_UP)
        if ceremony.user_id != link.user_id:
            raise InvalidTicket("the ticket is of another link")
        now = self._now()
        passkey = made_passkey(self._party, ceremony.user_id, sent, now)
        codes, shown = self._recovery_sets.new(ceremony.user_id)
        identity = Identity(EMAIL_ADDRESS, link.email, ceremony.user_id, None, now, verified=True,
                            second_factor=uuid.uuid4().hex)
        self._used.require_unused_link(link.user_id)
        self._factors.create(Account(ceremony.user_id, link.email, now), identity,
                             Factors(None, codes, (passkey,)))
        # Until now, the request could be repeated. From now on, no link makes this user again, even
        # after the account was deleted.
        self._used.use_link(link.user_id, now + LinkPurpose.SIGN_UP.lifetime_seconds)

        def confirm() -> None:
            self._check.confirm(passkey)

        signed_in = self._sign_in.open(identity, proven_by(*passkey.methods), caller, confirm)
        return SignedUp(signed_in, passkey, shown)
