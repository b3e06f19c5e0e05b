"""Add an app that makes codes: it gets its secret first, and counts once a code confirms it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import FactorExists, InvalidCode, NotFound, Unavailable
from shared.factors.factors import TOTP, RecoveryCodes, Totp, about
from shared.factors.totp import SECRET_BYTES, encoded, otpauth_uri

if TYPE_CHECKING:
    from shared.accounts.factor_changes import FactorChanges
    from shared.callers import Assurance
    from shared.factors.factor_store import FactorStore
    from shared.factors.sealing import Sealer
    from shared.sign_in.second_factor import SecondFactor
    from shared.sign_in.trusted_owners import TrustedOwners


class NewTotp(NamedTuple):
    """What an app needs: the secret as it is typed, and as the address that a drawn code has."""

    secret: str
    otpauth_uri: str


class AppEnrolment:
    """`now` returns epoch seconds. Every method raises what `TrustedOwners.find` does."""

    def __init__(self, owners: TrustedOwners, changes: FactorChanges, factors: FactorStore,
                 sealer: Sealer, second_factor: SecondFactor, service_name: str,
                 now: Callable[[], int]) -> None:
        self._owners, self._changes, self._factors = owners, changes, factors
        self._sealer, self._second_factor = sealer, second_factor
        self._service_name, self._now = service_name, now

    def begin(self, user_id: str, session_id: str, assurance: Assurance) -> NewTotp:
        """Store the secret of an app, which counts once it is confirmed; an earlier one that was
        not is forgotten. Raises FactorExists."""
        identity = self._owners.find(user_id, session_id, assurance)
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self._sealer.seal(secret, about(user_id, TOTP))
        if not self._factors.enrol(Totp(user_id, sealed, self._now())):
            raise FactorExists
        return NewTotp(encoded(secret), otpauth_uri(secret, self._service_name, identity.name))

    def confirm(self, user_id: str, session_id: str, assurance: Assurance, code: str,
                tell: Callable[[str], None]) -> tuple[str, ...]:
        """Turn the app on by a code of it, `tell` the address of the user so, and return new
        recovery codes if it is the first factor. They are shown this once, and all sessions end
        then but the caller's, which has shown the code.

        Of several such requests at once, one succeeds. Raises NotFound when there is nothing to
        confirm, FactorExists, TooManyAttempts or InvalidCode.
        """
        identity = self._owners.find(user_id, session_id, assurance)
        factor = self._factors.find(user_id).totp
        if factor is None:
            raise NotFound
        if factor.confirmed_at is not None:
            self._changes.finish(identity, session_id)
            raise FactorExists
        step = self._second_factor.matching_step(factor, code)
        if step is None:
            raise InvalidCode(user_id=user_id)

        def store(codes: RecoveryCodes | None) -> bool:
            return self._factors.turn_on(factor, step, self._now(), codes, identity)

        shown = self._changes.add(identity, session_id, ("otp",), store, tell)
        if shown is None:
            # Another factor was added, or this one was confirmed: who asks again learns which.
            raise Unavailable("the account changed meanwhile")
        return shown
