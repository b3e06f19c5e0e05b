"""Proves a second factor by a code: of an app (RFC 6238), or a recovery code.

Guesses are limited for each person: an attempt is counted before the code is looked at. At a
sign-in it is counted for the user, or for the device if its user has signed in on it with a second
factor before; within a session, it is counted apart from that. So whoever has found out a password
cannot make its owner wait on a device of theirs, nor in a session. They are not counted with those
at passwords.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.errors import InvalidCode
from shared.factors import recovery_codes, totp
from shared.factors.factors import RECOVERY, TOTP, about
from shared.factors.typed_codes import characters

if TYPE_CHECKING:
    from shared.factors.factor_store import FactorStore
    from shared.factors.factors import RecoveryCodes, Totp
    from shared.factors.sealing import Sealer
    from shared.sign_in.attempts import Attempts


class Spent(NamedTuple):
    """What a code has proven (RFC 8176), and after a recovery code, how many are left."""

    method: str
    codes_left: int | None = None


# Gets the address of the user, and after a recovery code, how many are left.
TellSpent = Callable[[str, int | None], None]


class SecondFactor:
    """`now` returns epoch seconds. Every method raises Unavailable when a store cannot answer."""

    def __init__(self, factors: FactorStore, sealer: Sealer, attempts: Attempts,
                 now: Callable[[], int]) -> None:
        self._factors, self._sealer = factors, sealer
        self._attempts, self._now = attempts, now

    def spend_at_sign_in(self, user_id: str, code: str, device_id: str,
                         admit: Callable[[], None]) -> Spent:
        """Spend a code of the user's, which then proves nothing again. `device_id` is of the device
        on which they have signed in with a second factor before, empty for none. For a right code,
        `admit` is called first; if it raises, nothing is spent.

        Raises TooManyAttempts, or InvalidCode for a code that is wrong or was used before.
        """
        return self._counted(of_second_factor(user_id, device_id), user_id, code, admit,
                             is_owners=device_id != "")

    def spend_in_session(self, user_id: str, code: str) -> Spent:
        """Spend a code of a user who is signed in. Raises TooManyAttempts or InvalidCode."""
        return self._counted(of_codes_in_sessions(user_id), user_id, code, lambda: None)

    def _counted(self, counted: str, user_id: str, code: str, admit: Callable[[], None],
                 is_owners: bool = False) -> Spent:
        subject = self._attempts.subject(counted)
        reservation = self._attempts.reserve(subject, user_id=user_id)
        spent = self._spend(user_id, code, admit)
        if spent is None:
            waits = self._now() < reservation.tally.blocked_until
            raise InvalidCode(waits, user_id=user_id, subject=subject)
        if is_owners:
            self._attempts.clear(subject)
        else:
            # Whoever else guesses here must not get more guesses by a success of the owner.
            self._attempts.give_back(reservation)
        return spent

    def matching_step(self, factor: Totp, code: str) -> int | None:
        """Return the step of time whose code of this factor it is, None if it is of none. The
        attempt is counted like those of `spend_in_session`. Raises TooManyAttempts."""
        subject = self._attempts.subject(of_codes_in_sessions(factor.user_id))
        reservation = self._attempts.reserve(subject, user_id=factor.user_id)
        step = self._step(factor, code)
        if step is not None:
            self._attempts.give_back(reservation)
        return step

    def _spend(self, user_id: str, code: str, admit: Callable[[], None]) -> Spent | None:
        factors, now = self._factors.find(user_id), self._now()
        app, codes = factors.confirmed_totp, factors.recovery_codes
        if is_of_app(code):
            step = self._step(app, code) if app else None
            if app is None or step is None or step <= app.last_step:
                return None
            admit()
            return Spent("otp") if self._factors.spend_step(app, step, now) else None
        number = self._number(codes, code) if codes else None
        if codes is None or number is None:
            return None
        admit()
        return (Spent("rec", len(codes.digests) - 1)
                if self._factors.spend_code(codes, number, now) else None)

    def _step(self, factor: Totp, code: str) -> int | None:
        secret = self._sealer.open(factor.secret, about(factor.user_id, TOTP))
        return totp.matching_step(secret, characters(code), self._now())

    def _number(self, codes: RecoveryCodes, code: str) -> int | None:
        key = self._sealer.open(codes.key, about(codes.user_id, RECOVERY))
        digest = recovery_codes.digest(key, code)
        return next((number for number, kept in codes.digests.items()
                     if hmac.compare_digest(kept, digest)), None)


def is_of_app(code: str) -> bool:
    """Whether this looks like a code of an app, which has as many digits and nothing else."""
    typed = characters(code)
    return len(typed) == totp.DIGITS and typed.isascii() and typed.isdigit()


def of_second_factor(user_id: str, device_id: str = "") -> str:
    """Return what attempts at the second step of a sign-in are counted for."""
    return f"second factor of user {user_id}" + (f" on device {device_id}" if device_id else "")


def of_codes_in_sessions(user_id: str) -> str:
    """Return what attempts at a code within a session are counted for."""
    return f"codes in sessions of user {user_id}"
