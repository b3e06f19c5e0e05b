"""Checks the answer of a passkey, and counts its use.

No guess is counted: an answer is right only if it is signed. One write counts the use and remembers
the ticket, in the item of the passkey, and only a right answer gets that far. So a stranger can
spend nothing and store nothing. (A ticket that a password was answered with is good for other
factors too, so its use is remembered apart: `used_tickets`.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from shared.errors import (Flaw, InvalidPasskey, PasskeysNotConfigured, ReplayedAnswer,
                           TooManyRequests, Unavailable, UnknownPasskey)
from shared.factors.relying_party import challenge_of
from shared.factors.webauthn import check_assertion, user_handle, user_id_of
from shared.sessions.state import MAX_LOOKS

if TYPE_CHECKING:
    from shared.factors.factor_store import FactorStore
    from shared.factors.passkeys import Passkey
    from shared.factors.relying_party import RelyingParty
    from shared.factors.webauthn import Assertion
    from shared.identities import UserStore
    from shared.tokens.ceremonies import Ceremony

# A passkey remembers no more tickets that have not expired, so that its item stays small.
MOST_TICKETS = 20


class PasskeyCheck:
    """`party` is None on a stage without passkeys; `now` returns epoch seconds."""

    def __init__(self, party: RelyingParty | None, factors: FactorStore, users: UserStore,
                 now: Callable[[], int]) -> None:
        self._party, self._factors, self._users, self._now = party, factors, users, now

    def spend(self, ceremony: Ceremony, ticket: str, sent: Mapping[str, str],
              admit: Callable[[Passkey], None]) -> Passkey:
        """Return the passkey that has given the right answer `sent` to this ticket, which it then
        answers no more. `admit` is called first; if it raises, nothing is spent.

        `sent` is what `check_assertion` takes, with `id` and, from a passkey that is to say who its
        user is, `userHandle`. Raises InvalidPasskey, InvalidTicket, TooManyRequests,
        PasskeysNotConfigured or Unavailable.
        """
        if self._party is None:
            raise PasskeysNotConfigured
        passkey = self._found(ceremony, sent)
        try:
            assertion = check_assertion(sent, challenge_of(ticket), self._party, passkey)
        except InvalidPasskey as refusal:
            raise InvalidPasskey(refusal.flaw, user_id=passkey.user_id) from refusal
        # What keeps it from this use does so before anything is spent.
        _used(passkey, assertion, ceremony, self._now())
        admit(passkey)
        for _ in range(MAX_LOOKS):
            used = _used(passkey, assertion, ceremony, self._now())
            if self._factors.use_passkey(passkey, used):
                return used
            passkey = self.confirm(passkey)
        raise Unavailable(f"lost {MAX_LOOKS} conditional writes in a row")

    def confirm(self, seen: Passkey) -> Passkey:
        """Return the passkey as it is now. Raises UnknownPasskey if it was removed since it was
        read, or Unavailable."""
        present = self._factors.find_passkey(seen.user_id, seen.credential_id)
        if present is None or present.public_key != seen.public_key:
            raise UnknownPasskey(user_id=seen.user_id)
        return present

    def _found(self, ceremony: Ceremony, sent: Mapping[str, str]) -> Passkey:
        handle = sent.get("userHandle", "")
        known = {"user_id": ceremony.user_id} if ceremony.user_id else {}
        if ceremony.user_id and handle not in ("", user_handle(ceremony.user_id)):
            raise InvalidPasskey(Flaw.OF_ANOTHER, **known)
        user_id = ceremony.user_id or user_id_of(handle)
        passkey = self._factors.find_passkey(user_id, sent["id"]) if user_id else None
        if passkey is None:
            # A device is told to forget it only if it says that its user is one of ours: it may be
            # of another stage, or its user handle lost on the way.
            if handle and user_id and (known or self._users.find(user_id)):
                raise UnknownPasskey(**known)
            raise InvalidPasskey(Flaw.UNKNOWN, **known)
        return passkey


def _used(passkey: Passkey, assertion: Assertion, ceremony: Ceremony, now: int) -> Passkey:
    """Return the passkey after this use, or raise what keeps it from that."""
    unexpired = {ticket.partition(".")[0]: ticket for ticket in passkey.tickets
                 if now < int(ticket.partition(".")[2])}
    if ceremony.ceremony_id in unexpired:
        raise ReplayedAnswer("the ticket was used before", user_id=passkey.user_id)
    # One that counts nothing shows 0 each time.
    if assertion.counter <= passkey.counter and (assertion.counter or passkey.counter):
        raise InvalidPasskey(Flaw.COUNTER_WENT_BACK, user_id=passkey.user_id)
    if len(unexpired) >= MOST_TICKETS:
        raise TooManyRequests(retry_after_seconds=60, user_id=passkey.user_id)
    return replace(passkey, counter=assertion.counter, is_backed_up=assertion.is_backed_up,
                   last_used_at=now, tickets=(
                       *unexpired.values(), f"{ceremony.ceremony_id}.{ceremony.expires_at}"))
