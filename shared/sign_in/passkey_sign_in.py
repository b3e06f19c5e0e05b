"""Sign in with a passkey: alone, or beside a password at the second step.

Nothing is stored until the passkey has given the right answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.errors import (CredentialsNotEnough, Flaw, InvalidPasskey, Unauthorized,
                           UnknownPasskey)
from shared.sessions.state import proven_by
from shared.sign_in.ticket_owners import owner_of
from shared.tokens.ceremonies import Purpose
from shared.tokens.device_tokens import Device

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.factors.passkeys import Passkey
    from shared.identities import Identity
    from shared.sign_in.owners import Owners
    from shared.sign_in.passkey_check import PasskeyCheck
    from shared.sign_in.sign_in import SignedIn, SignIn
    from shared.sign_in.used_tickets import UsedTickets
    from shared.tokens.ceremonies import Ceremonies, Ceremony


class PasskeySignIn:
    """With `require_verified_email`, a sign-in needs a verified address, too."""

    def __init__(self, ceremonies: Ceremonies, check: PasskeyCheck, used: UsedTickets,
                 owners: Owners, sign_in: SignIn, require_verified_email: bool) -> None:
        self._ceremonies, self._check = ceremonies, check
        self._used, self._owners = used, owners
        self._sign_in, self._require_verified_email = sign_in, require_verified_email

    def open(self, ticket: str, sent: Mapping[str, str], caller: Caller) -> SignedIn:
        """Return a new session for `caller`, whose passkey has answered a ticket of
        `PasskeyOptions.to_sign_in` or `to_finish`. `sent` is what `PasskeyCheck.spend` takes.

        Raises InvalidTicket, InvalidPasskey, CredentialsNotEnough, AccountBlocked, TooManyRequests,
        PasskeysNotConfigured or Unavailable.
        """
        ceremony = self._ceremonies.verify(ticket, caller.client_id, Purpose.SIGN_IN,
                                           Purpose.SECOND_STEP)
        found: list[Identity] = []

        def admit(passkey: Passkey) -> None:
            found.append(self._owner(ceremony, passkey))
            if ceremony.purpose is Purpose.SECOND_STEP:
                self._used.use(ceremony.ceremony_id, ceremony.expires_at,
                               user_id=ceremony.user_id)

        passkey = self._check.spend(ceremony, ticket, sent, admit)
        [identity] = found
        device = (Device(identity.user_id, ceremony.device_id, identity.password_version)
                  if ceremony.device_id else None)

        def confirm() -> None:
            self._check.confirm(passkey)
            if ceremony.purpose is Purpose.SECOND_STEP:
                self._owner(ceremony, passkey)

        return self._sign_in.open(identity, proven_by(*ceremony.amr, *passkey.methods), caller,
                                  confirm, device)

    def _owner(self, ceremony: Ceremony, passkey: Passkey) -> Identity:
        if ceremony.purpose is Purpose.SECOND_STEP:
            return owner_of(self._owners, ceremony.user_id, ceremony.password_version)
        try:
            identity = self._owners.find(passkey.user_id)
        except Unauthorized as error:
            raise UnknownPasskey(user_id=passkey.user_id) from error
        if not identity.second_factor:
            raise InvalidPasskey(Flaw.UNKNOWN, user_id=identity.user_id)
        if self._require_verified_email and not identity.verified:
            raise CredentialsNotEnough("the address is not verified", user_id=identity.user_id)
        return identity
