"""Hash and verify passwords.

bcrypt over base64(HMAC-SHA384(pepper, NFC(password))): the HMAC gives 64 bytes of
any password, under bcrypt's limit of 72, and without NUL bytes; a stolen table is
of no use without the pepper, which lives in Secrets Manager (OWASP Password Storage
Cheat Sheet, "Peppering" and "Pre-hashing"). NFC is what NIST SP 800-63B-4 asks for,
so that one password typed on two keyboards is one password.
"""

import hashlib
import hmac
import unicodedata
from base64 import b64encode

import bcrypt

from shared.errors import Misconfigured
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import Pepper
from shared.password_hash import IMPORTED, PasswordHash

BCRYPT_MAX_BYTES = 72
# NFC makes at most one character of 4, and an accepted password has at most 128.
NORMALISED_CHARACTERS = 4 * 128


class Passwords:
    """Hashes at `cost` (log2 of bcrypt's rounds) with the newest pepper of `peppers`."""

    def __init__(self, peppers: KeyRing[Pepper], cost: int) -> None:
        self._peppers, self._cost = peppers, cost

    def hash(self, password: str) -> PasswordHash:
        pepper = self._peppers.newest()
        salt = bcrypt.gensalt(self._cost)
        hashed = bcrypt.hashpw(_prehash(pepper, password), salt)
        return PasswordHash(hashed.decode("ascii"), self._cost, pepper.key_id)

    def matches(self, password: str, stored: PasswordHash | None) -> bool:
        """Return whether `password` is the one of `stored`.

        None means that there is no account, or that it has no password: the result is False, as it
        is if the pepper of `stored` is gone. The work is that of a new hash in any case, because a
        right password can be refused too. Only a hash of a higher cost takes more. Raises
        Misconfigured when the hash of `stored` is corrupt.
        """
        octets = None if stored is None else self._octets(password, stored.pepper_id)
        if octets is None:
            stored, octets = None, _prehash(self._peppers.newest(), password)
        expected = stored or self._nobody()
        try:
            matches = bcrypt.checkpw(octets, expected.bcrypt_hash.encode("ascii"))
        except ValueError as error:
            raise Misconfigured("a stored password hash is corrupt") from error
        self._make_up_for(expected.cost)
        # To bare bcrypt, a password is the same as itself, NUL and itself again.
        is_another = expected.pepper_id == IMPORTED and "\0" in password
        return matches and not is_another and stored is not None

    def is_outdated(self, password: str, stored: PasswordHash) -> bool:
        """Whether a new hash of `password`, which matches `stored`, should replace it.

        It should if `stored` has another cost or pepper than a new hash would have, unless it was
        made of only a part of the password: then nothing is known about the rest.
        """
        if stored.pepper_id == IMPORTED and len(password.encode("utf-8")) >= BCRYPT_MAX_BYTES:
            return False
        return (stored.cost, stored.pepper_id) != (self._cost, self._peppers.newest().key_id)

    def _make_up_for(self, cost: int) -> None:
        """Do the work that a hash of `cost` saves: 2^c + 2^c + 2^(c+1) + … = 2^n."""
        for missing in range(cost, self._cost):
            bcrypt.hashpw(b"", bcrypt.gensalt(missing))

    def _octets(self, password: str, pepper_id: str) -> bytes | None:
        """Return what bcrypt saw of `password` when a hash with this pepper was made, or None if
        the pepper is gone."""
        if pepper_id == IMPORTED:
            # Other systems give bcrypt the password itself, and bcrypt reads the first 72 bytes
            # of it.
            return password.encode("utf-8")[:BCRYPT_MAX_BYTES]
        pepper = self._peppers.find(pepper_id)
        return None if pepper is None else _prehash(pepper, password)

    def _nobody(self) -> PasswordHash:
        # A well-formed hash, which bcrypt treats like any other; no password is known for it.
        return PasswordHash(f"$2b${self._cost:02d}${'.' * 53}", self._cost,
                            self._peppers.newest().key_id)


def _prehash(pepper: Pepper, password: str) -> bytes:
    # No accepted password is that long, and normalising takes long for some that are.
    normalised = (password if len(password) > NORMALISED_CHARACTERS
                  else unicodedata.normalize("NFC", password))
    return b64encode(hmac.digest(pepper.password_key, normalised.encode("utf-8"), hashlib.sha384))
