"""Shows again, by a passkey, who the user of a session is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.errors import InvalidTicket
from shared.sign_in.reauthentication import Renewed
from shared.tokens.ceremonies import Purpose

if TYPE_CHECKING:
    from shared.sessions.step_up import StepUp
    from shared.sign_in.passkey_check import PasskeyCheck
    from shared.tokens.access_tokens import Access
    from shared.tokens.ceremonies import Ceremonies


class PasskeyReauthentication:
    def __init__(self, ceremonies: Ceremonies, check: PasskeyCheck, step_up: StepUp) -> None:
        self._ceremonies, self._check, self._step_up = ceremonies, check, step_up

    def prove(self, access: Access, ticket: str, sent: Mapping[str, str]) -> Renewed:
        """Record in the session that a passkey of its user has answered this ticket, and return it
        with its newest pair. `sent` is what `PasskeyCheck.spend` takes.

        Raises InvalidTicket, InvalidPasskey, TooManyRequests, PasskeysNotConfigured, SessionEnded,
        Unauthorized, InvalidProof or Unavailable.
        """
        claims = access.claims
        ceremony = self._ceremonies.verify(ticket, claims.client_id, Purpose.REAUTHENTICATE)
        if (ceremony.user_id, ceremony.session_id) != (claims.user_id, claims.session_id):
            raise InvalidTicket("the ticket is of another session", user_id=claims.user_id)
        session = self._step_up.session_of(access)
        passkey = self._check.spend(ceremony, ticket, sent, lambda _: None)
        return Renewed(*self._step_up.prove(access, session, *passkey.methods))
