"""Authenticates who wants to sign in with a password.

An attempt is counted where it comes from: for a stranger by the address that is tried and by the
source of the request, and for a device on which the user has signed in before by that device. So no
stranger can make a person wait on a device of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.errors import BadCredentials, CredentialsNotEnough
from shared.identities import EMAIL_ADDRESS
from shared.sign_in.password_check import whose

if TYPE_CHECKING:
    from shared.identities import Identity, IdentityStore
    from shared.sign_in.attempts import Attempts, Reservation
    from shared.sign_in.password_check import PasswordCheck
    from shared.sign_in.sources import Sources
    from shared.tokens.device_tokens import Device, DeviceTokens


class Guess(NamedTuple):
    """A password for an address, from the IP address `source`, with what the caller presents as
    a device token, which may be anything."""

    email: str
    password: str
    source: str = ""
    device_token: str = ""


class Proven(NamedTuple):
    """The identity whose password was proven, and the known device that it was proven on."""

    identity: Identity
    device: Device | None = None


class Authentication:
    """With `require_verified_email`, a sign-in needs a verified address as well as the right
    password."""

    def __init__(self, identities: IdentityStore, password_check: PasswordCheck,
                 attempts: Attempts, sources: Sources, devices: DeviceTokens,
                 require_verified_email: bool) -> None:
        self._identities, self._password_check = identities, password_check
        self._attempts, self._sources, self._devices = attempts, sources, devices
        self._require_verified_email = require_verified_email

    def authenticate(self, guess: Guess) -> Proven:
        """Return the identity that these credentials let in.

        The attempt is counted before the password is looked at. Raises TooManyAttempts or
        BadCredentials.
        """
        try:
            return self._prove(guess)
        except BadCredentials as refusal:
            if not self._require_verified_email:
                raise
            raise CredentialsNotEnough(str(refusal), **refusal.about) from None

    def _prove(self, guess: Guess) -> Proven:
        identity = self._identities.find(EMAIL_ADDRESS, guess.email)
        device = self._device(guess, identity)
        if device is None:
            self._sources.check(guess.source)
        subject = self._attempts.subject(_of_device(device, identity) if device and identity
                                         else guess.email)
        reservation = self._attempts.reserve(subject, **whose(identity))
        try:
            identity = self._password_check.check(identity, guess.password, subject,
                                                  self._require_verified_email)
        except BadCredentials:
            if device is None:
                self._sources.count_failure(guess.source)
            raise
        self._forgive(reservation, is_shared=device is None)
        self._password_check.rehash(identity, guess.password)
        return Proven(identity, device)

    def _device(self, guess: Guess, identity: Identity | None) -> Device | None:
        """Return the known device of this identity's user that the guess comes from."""
        if identity is None:
            # The work is the same: a token that is presented is read for an unknown address too.
            self._devices.read(guess.device_token)
            return None
        return self._devices.read_of(identity.user_id, guess.device_token)

    def _forgive(self, reservation: Reservation, is_shared: bool) -> None:
        if is_shared:
            self._attempts.give_back(reservation)
        else:
            self._attempts.clear(reservation.subject)


def _of_device(device: Device, identity: Identity) -> str:
    """Return what attempts on a device are counted for. Devices that knew an earlier password only
    are counted as one, because whoever had found that out may have signed in on many."""
    is_present = device.password_version == identity.password_version
    return f"device {device.user_id} {device.device_id if is_present else 'of an earlier password'}"
