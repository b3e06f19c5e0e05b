"""Seals the secrets of second factors: AES-256-GCM under a key of the pepper secret, which is kept
apart from the tables. What is sealed for one factor of one user opens for no other."""

import secrets
from base64 import b64decode, b64encode
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import Misconfigured
from shared.factors.factors import Sealed
from shared.keys.key_ring import KeyRing
from shared.keys.peppers import Pepper

# NIST SP 800-38D section 8.2.2: 96 random bits.
NONCE_BYTES = 12


class Sealer:
    """Seals with the newest pepper of `peppers`, and opens with any of them."""

    def __init__(self, peppers: KeyRing[Pepper]) -> None:
        self._peppers = peppers

    def seal(self, secret: bytes, about: str) -> Sealed:
        """Seal a secret; `about` says of what it is. Raises Unavailable."""
        pepper, nonce = self._peppers.newest(), secrets.token_bytes(NONCE_BYTES)
        octets = nonce + AESGCM(pepper.factor_key).encrypt(nonce, secret, about.encode("utf-8"))
        return Sealed(b64encode(octets).decode("ascii"), pepper.key_id)

    def open(self, sealed: Sealed, about: str) -> bytes:
        """Return the secret. Raises Misconfigured when its pepper is gone or it is corrupt, and
        Unavailable."""
        pepper = self._peppers.find(sealed.pepper_id)
        if pepper is None:
            raise Misconfigured("the pepper of a second factor is gone")
        try:
            octets = b64decode(sealed.text, validate=True)
            return AESGCM(pepper.factor_key).decrypt(
                octets[:NONCE_BYTES], octets[NONCE_BYTES:], about.encode("utf-8"))
        except (ValueError, InvalidTag) as error:
            raise Misconfigured("the secret of a second factor is corrupt") from error
