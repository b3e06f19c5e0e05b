"""Sign in with a code that the account pages have sent an application.

The new session comes from a session of the account pages, and is confirmed only if that one lives
on once the new one is stored. So whoever ends all sessions of a person either finds the new one as
well, or has ended the one that it comes from (`UserSessions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import InvalidAuthorizationCode, Unauthorized
from shared.sign_in.authorization_codes import AuthorizationCode, Grant, digest
from shared.tokens.device_tokens import Device

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity, IdentityStore
    from shared.sessions.session_proofs import SessionProofs
    from shared.sign_in.authorization_codes import CodeStore
    from shared.sign_in.owners import Owners
    from shared.sign_in.sign_in import SignedIn, SignIn

CODE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# Nobody has shown a password where a code was used. To those who count attempts, all places of an
# application are one device of the user: one session of the pages would else make devices without
# end, each of which has guesses of its own.
BY_CODE = "by code "


class CodeSignIn:
    """`now` returns epoch seconds."""

    def __init__(self, codes: CodeStore, owners: Owners, identities: IdentityStore,
                 session_proofs: SessionProofs, sign_in: SignIn, now: Callable[[], int]) -> None:
        self._codes, self._owners, self._identities = codes, owners, identities
        self._session_proofs, self._sign_in, self._now = session_proofs, sign_in, now

    def open(self, code: str, verifier: str, redirect_uri: str, caller: Caller) -> SignedIn:
        """Return a new session for `caller`, with what was proven to the account pages. It ends no
        later than the session there would.

        Raises InvalidAuthorizationCode for a code that is not for this caller and this address,
        whose verifier is another one, or which is too old or was used before; also if the session
        of the pages has ended since, or what its user signs in with has changed. Raises
        AccountBlocked or Unavailable.
        """
        if not CODE.fullmatch(code):
            raise InvalidAuthorizationCode("the code is malformed")
        taken = self._codes.take(
            digest(code), Grant(caller.client_id, redirect_uri, digest(verifier)), self._now())
        identity = self._owner(taken)
        self._require_source(taken)

        def confirm() -> None:
            _require_same(taken, self._identities.find(identity.kind, identity.name))
            self._require_source(taken)

        device = Device(identity.user_id, BY_CODE + caller.client_id,
                        identity.password_version)
        return self._sign_in.open(identity, taken.proven, caller, confirm, device,
                                  taken.auth_time, taken.ends_at, taken.session_id)

    def _owner(self, taken: AuthorizationCode) -> Identity:
        try:
            identity = self._owners.find(taken.user_id)
        except Unauthorized as error:
            raise InvalidAuthorizationCode("the account is gone", user_id=taken.user_id) from error
        _require_same(taken, identity)
        return identity

    def _require_source(self, taken: AuthorizationCode) -> None:
        try:
            self._session_proofs.require_live(taken.user_id, taken.session_id)
        except Unauthorized as error:
            raise InvalidAuthorizationCode("the session that it comes from has ended",
                                           user_id=taken.user_id) from error


def _require_same(taken: AuthorizationCode, present: Identity | None) -> None:
    if present is None or not taken.is_of(present):
        raise InvalidAuthorizationCode(
            "it has died with the password, the address or a second factor", user_id=taken.user_id)
