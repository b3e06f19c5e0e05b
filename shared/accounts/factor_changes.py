"""Add second factors, and replace recovery codes.

The first factor changes how the account is signed in to. So all other sessions, which a password
alone has opened, are swept before the change and once more after it, as with a change of the
password (`password_changes`); a sign-in under way finds the identity changed and withdraws its
session.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import FactorExists, InvalidCode, NotFound
from shared.factors.factors import RECOVERY, TOTP, RecoveryCodes, Totp, about
from shared.factors.recovery_codes import digest, new_codes
from shared.factors.totp import SECRET_BYTES, encoded, otpauth_uri

if TYPE_CHECKING:
    from shared.callers import Assurance
    from shared.factors.factors import FactorStore
    from shared.factors.sealing import Sealer
    from shared.identities import Identity
    from shared.sessions.session_proofs import SessionProofs
    from shared.sessions.user_sessions import UserSessions
    from shared.sign_in.owners import Owners
    from shared.sign_in.reauthentication import Freshness
    from shared.sign_in.second_factor import SecondFactor

KEY_BYTES = 32


class NewTotp(NamedTuple):
    """What an app needs: the secret as it is typed, and as the address that a drawn code has."""

    secret: str
    otpauth_uri: str


class Changed(NamedTuple):
    """The user's address, and new recovery codes, which are shown this once."""

    email: str
    recovery_codes: tuple[str, ...]


class FactorChanges:
    """`now` returns epoch seconds. What changes anything raises ReauthenticationRequired, unless
    the `assurance` of the caller's session, `session_id`, is enough; every method raises
    Unauthorized if the account is gone or that session has ended, and Unavailable when a store
    cannot answer."""

    def __init__(self, owners: Owners, factors: FactorStore, sealer: Sealer,
                 second_factor: SecondFactor, freshness: Freshness, user_sessions: UserSessions,
                 session_proofs: SessionProofs, service_name: str,
                 now: Callable[[], int]) -> None:
        self._owners, self._factors, self._sealer = owners, factors, sealer
        self._second_factor, self._freshness = second_factor, freshness
        self._user_sessions, self._session_proofs = user_sessions, session_proofs
        self._service_name, self._now = service_name, now

    def begin(self, user_id: str, session_id: str, assurance: Assurance) -> NewTotp:
        """Store the secret of an app, which counts once it is confirmed; an earlier one that was
        not is forgotten. Raises FactorExists."""
        identity = self._trusted(user_id, session_id, assurance)
        secret = secrets.token_bytes(SECRET_BYTES)
        sealed = self._sealer.seal(secret, about(user_id, TOTP))
        if not self._factors.enrol(Totp(user_id, sealed, self._now())):
            raise FactorExists
        return NewTotp(encoded(secret), otpauth_uri(secret, self._service_name, identity.name))

    def confirm(self, user_id: str, session_id: str, assurance: Assurance, code: str,
                tell: Callable[[str], None]) -> tuple[str, ...]:
        """Turn the app on by a code of it, `tell` the address of the user so, end all sessions but
        the caller's, which has shown the code, and return new recovery codes, which are shown this
        once.

        Of several such requests at once, one succeeds. Raises NotFound when there is nothing to
        confirm, FactorExists, TooManyAttempts or InvalidCode.
        """
        identity = self._trusted(user_id, session_id, assurance)
        factor = self._factors.find(user_id).totp
        if factor is None:
            raise NotFound
        if factor.confirmed_at is not None:
            # The request that has turned it on may have failed after that, or be under way: the
            # caller's session may be the one that it has yet to record the code in.
            self._user_sessions.end_below_aal2(user_id, session_id)
            raise FactorExists
        step = self._second_factor.matching_step(factor, code)
        if step is None:
            raise InvalidCode(user_id=user_id)
        codes, shown = self._new_codes(user_id)
        self._user_sessions.end_all(user_id, session_id)
        if not self._factors.turn_on(factor, step, codes, identity):
            raise FactorExists
        # Nothing says later that nobody was told.
        tell(identity.name)
        # Before the second sweep: if that fails, the caller may ask for it again.
        self._session_proofs.record(user_id, session_id, "otp")
        self._user_sessions.end_all(user_id, session_id)
        return shown

    def replace_codes(self, user_id: str, session_id: str, assurance: Assurance) -> Changed:
        """Make a new set of recovery codes; those of the old one no longer work. Raises NotFound
        when no second factor is on."""
        identity = self._trusted(user_id, session_id, assurance)
        # What is found beside an identity without one is of a factor that was turned on just now,
        # and which this session has not shown.
        seen = self._factors.find(user_id).recovery_codes if identity.second_factor else None
        codes, shown = self._new_codes(user_id)
        # Of two requests at once, the codes of one are shown in vain, so it may not succeed.
        if seen is None or not self._factors.replace_codes(seen, codes):
            raise NotFound
        return Changed(identity.name, shown)

    def _trusted(self, user_id: str, session_id: str, assurance: Assurance) -> Identity:
        identity = self._owners.find(user_id)
        self._freshness.require(identity, session_id, assurance)
        return identity

    def _new_codes(self, user_id: str) -> tuple[RecoveryCodes, tuple[str, ...]]:
        """Return a set as it is kept, and as it is shown."""
        key, shown = secrets.token_bytes(KEY_BYTES), new_codes()
        digests = {number: digest(key, code) for number, code in enumerate(shown)}
        sealed = self._sealer.seal(key, about(user_id, RECOVERY))
        return RecoveryCodes(user_id, sealed, digests, self._now()), shown
