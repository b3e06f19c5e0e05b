"""The public keys of passkeys (COSE keys, RFC 9052): which are taken, and what they verify."""

from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey

from shared.errors import Flaw, InvalidPasskey
from shared.factors.relying_party import ALGORITHMS, encoded

# A key of RSA with 4,096 bits takes 530.
MOST_KEY_BYTES = 600
# NIST SP 800-131A: 2,048 bits, with which nobody computes the private key of RSA.
RS256, LEAST_RSA_BYTES = -257, 256


def stored_key(key: CoseKey) -> str:
    """Return the key of a new passkey as it is kept, in base64url, or raise InvalidPasskey if it is
    not one of those that were asked for."""
    # Python would also make a number of a list, and there are members that cannot be written again.
    is_plain = all(isinstance(member, int | bytes) for pair in key.items() for member in pair)
    octets = cbor.encode(key) if is_plain and key.get(3) in ALGORITHMS else b""
    if not 0 < len(octets) <= MOST_KEY_BYTES or not _is_usable(key):
        raise InvalidPasskey(Flaw.UNSUPPORTED_KEY)
    return encoded(octets)


def is_public_key(text: str) -> bool:
    """Whether `stored_key` can have returned this; for the operators' tool, which is given keys
    that no registration has checked."""
    try:
        return stored_key(_parsed(text)) == text
    except Exception:  # whatever the text is; the parsers raise many kinds
        return False


def check_signature(stored: str, signed: bytes, signature: bytes) -> None:
    """Raise InvalidPasskey unless a signature is of this key."""
    key = _parsed(stored)
    try:
        key.verify(signed, signature)
    except Exception as error:  # whatever a stranger signed; the parsers raise many kinds
        raise InvalidPasskey(Flaw.WRONG_SIGNATURE) from error


def _parsed(text: str) -> CoseKey:
    octets = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return CoseKey.parse(cbor.decode(octets))  # type: ignore[arg-type]


def _is_usable(key: CoseKey) -> bool:
    """Whether signatures of this key can be verified at all: a point of NIST's is on its curve, and
    a key of RSA is long enough. What is no point of an Edwards curve verifies nothing."""
    try:
        if key[3] == RS256 and len(key[-1].lstrip(b"\0")) < LEAST_RSA_BYTES:
            return False
        key.verify(b"", b"")
    except InvalidSignature:
        return True
    except Exception:  # whatever a stranger's key is
        return False
    return False
