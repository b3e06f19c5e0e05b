"""Sign in with an address and its password."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.sign_in.authentication import Guess

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity
    from shared.sign_in.authentication import Authentication, Proven
    from shared.sign_in.sign_in import SignedIn, SignIn


class PasswordSignIn:
    """`confirm` raises BadCredentials if the password of an identity has changed since it was
    read."""

    def __init__(self, authentication: Authentication, sign_in: SignIn,
                 confirm: Callable[[Identity], None]) -> None:
        self._authentication, self._sign_in, self._confirm = authentication, sign_in, confirm

    def open(self, email: str, password: str, device_token: str, caller: Caller) -> SignedIn:
        """Return a new session for `caller` and its tokens. An invalid device token counts as
        none.

        Raises TooManyAttempts or BadCredentials, or Unavailable when a store cannot answer.
        """
        guess = Guess(email, password, caller.address, device_token)
        return self.open_for(self._authentication.authenticate(guess), caller)

    def open_for(self, proven: Proven, caller: Caller) -> SignedIn:
        """Return a new session for `caller` and its tokens, of an identity whose password was
        proven just now. Raises BadCredentials if it has changed since, or Unavailable."""
        return self._sign_in.open(proven.identity, caller,
                                  lambda: self._confirm(proven.identity), proven.device)
