"""Sign in with an address and its password."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.sessions.state import BY_PASSWORD
from shared.sign_in.authentication import Guess

if TYPE_CHECKING:
    from shared.callers import Caller
    from shared.identities import Identity
    from shared.sign_in.authentication import Authentication
    from shared.sign_in.second_step import SecondStep
    from shared.sign_in.sign_in import SignedIn, SignIn
    from shared.tokens.device_tokens import Device


class PasswordSignIn:
    """`confirm` raises BadCredentials if the password of an identity has changed since it was
    read, or no longer signs in alone; `second_step` is what follows it then."""

    def __init__(self, authentication: Authentication, sign_in: SignIn,
                 confirm: Callable[[Identity], None], second_step: SecondStep) -> None:
        self._authentication, self._sign_in, self._confirm = authentication, sign_in, confirm
        self._second_step = second_step

    def open(self, email: str, password: str, device_token: str, caller: Caller) -> SignedIn:
        """Return a new session for `caller` and its tokens. An invalid device token counts as
        none.

        Raises TooManyAttempts or BadCredentials, SecondFactorRequired for the right password of a
        user who has a second factor, AccountBlocked, or Unavailable when a store cannot answer.
        """
        guess = Guess(email, password, caller.address, device_token)
        identity, device = self._authentication.authenticate(guess)
        return self.open_for(identity, caller, device)

    def open_for(self, proven: Identity, caller: Caller, device: Device | None = None
                 ) -> SignedIn:
        """Return a new session for `caller` and its tokens, of an identity whose password was
        proven just now. Raises SecondFactorRequired if that is not enough, BadCredentials if it
        has changed since, AccountBlocked, or Unavailable."""
        if proven.second_factor:
            self._second_step.require(proven, caller, device)
        return self._sign_in.open(proven, BY_PASSWORD, caller,
                                  lambda: self._confirm(proven), device)
