"""Sign in with an address and its password."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.sessions.state import Session
    from shared.sessions.token_pairs import IssuedTokens
    from shared.sign_in.authentication import Authentication
    from shared.sign_in.sign_in import SignIn


class PasswordSignIn:
    def __init__(self, authentication: Authentication, sign_in: SignIn) -> None:
        self._authentication, self._sign_in = authentication, sign_in

    def open(self, email: str, password: str, caller: Caller) -> tuple[Session, IssuedTokens]:
        """Return a new session for `caller` and its tokens.

        Raises TooManyAttempts or BadCredentials, or Unavailable when a store cannot answer.
        """
        identity = self._authentication.authenticate(email, password)
        return self._sign_in.open(identity.user_id, caller,
                                  lambda: self._authentication.confirm(identity))
