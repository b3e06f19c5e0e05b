"""What every way to sign in ends with: a session, confirmed and within the person's limit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import AccountBlocked, Unavailable
from shared.identities import Account
from shared.tokens.device_tokens import Device

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity, UserStore
    from shared.sessions.lifecycle import Sessions
    from shared.sessions.state import Proven, Session
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.enrolment import Enrolment
    from shared.tokens.device_tokens import DeviceTokens


# The devices on which a person has shown no password, but a passkey, are one to those who count
# attempts: a passkey would else make tokens without end, each of which has guesses of its own.
BY_PASSKEY = "by passkey"


class SignedIn(NamedTuple):
    """A new session, its tokens, and what the device presents at its next sign-in."""

    session: Session
    issued: IssuedTokens
    device_token: str

    def as_response(self) -> dict[str, object]:
        return self.issued.as_response() | {"device_token": self.device_token}


class SignIn:
    """`enrolment` is None on a stage that requires no second factor."""

    def __init__(self, users: UserStore, sessions: Sessions, user_sessions: UserSessions,
                 devices: DeviceTokens, enrolment: Enrolment | None = None) -> None:
        self._users, self._sessions, self._user_sessions = users, sessions, user_sessions
        self._devices, self._enrolment = devices, enrolment

    def open(self, identity: Identity, proven: Proven, caller: Caller,
             confirm: Callable[[], None], device: Device | None = None,
             auth_time: int | None = None, ends_at: int | None = None,
             source_session_id: str = "") -> SignedIn:
        """Return a new session of the identity's user for `caller`, on a `device` that is known
        or else a new one. What is `proven` was so at `auth_time`, by default now, and the session
        ends at `ends_at` at the latest. It does not end the one that it comes from, if there is
        room for two.

        `confirm` is called once the session is stored. It raises if what the user signed in
        with no longer holds; the session is then withdrawn, and no older one ends for it.
        Raises AccountBlocked, also if the account was blocked only after the session was stored.
        Raises Unavailable when the store cannot answer, or when the user's roles change at the
        same time: whoever changes them may have looked for sessions just before this one was
        stored.
        """
        account = self._account(identity)
        _require_open(account)

        def confirm_and_limit(session: Session) -> None:
            present = self._account(identity)
            confirm()
            _require_open(present)
            if present != account:
                raise Unavailable("the account changed during the sign-in")
            self._user_sessions.trim(identity.user_id, session.session_id, source_session_id)

        # This comes before the session is stored, because the signing key may have to be fetched.
        by_passkey = None if "pwd" in proven.amr else Device(
            identity.user_id, BY_PASSKEY, identity.password_version)
        device_token = self.device_token(identity, device or by_passkey, len(proven.amr) > 1)
        enrol_by = (self._enrolment.due(account.user_id)
                    if self._enrolment and not identity.second_factor else None)
        session, issued = self._sessions.open(account, proven, caller, confirm_and_limit,
                                              auth_time, enrol_by, ends_at)
        return SignedIn(session, issued, device_token)

    def _account(self, identity: Identity) -> Account:
        """Return the account; if it is gone, so is the identity, and `confirm` will say so."""
        return (self._users.find(identity.user_id)
                or Account(identity.user_id, identity.name, created_at=0))

    def device_token(self, identity: Identity, device: Device | None = None,
                     second_factor: bool = False) -> str:
        """Return the token of a device that its user has just shown to be theirs."""
        device_id = device.device_id if device else str(uuid.uuid4())
        return self._devices.mint(
            Device(identity.user_id, device_id, identity.password_version, second_factor))


def _require_open(account: Account) -> None:
    if account.blocked_at:
        raise AccountBlocked(user_id=account.user_id)
