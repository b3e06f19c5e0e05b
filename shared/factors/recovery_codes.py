"""Recovery codes: ten secrets on paper, each of which once takes the place of a second factor that
was lost (NIST SP 800-63B-4 section 4.2.1.1, saved recovery codes)."""

import hmac
import secrets
from base64 import b32encode

from shared.factors.typed_codes import characters

COUNT = 10
# 80 bits, which nobody guesses, even with the table and all keys.
CODE_BYTES = 10
CHARACTERS = 16
GROUP = 4
# Zero and one are not among the characters, and are what people read for O and I.
_AS_MEANT = str.maketrans("01", "OI")


def new_codes() -> tuple[str, ...]:
    """Return ten new codes as a person is shown them: ABCD-EFGH-IJKL-MNOP."""
    return tuple(_grouped(b32encode(secrets.token_bytes(CODE_BYTES)).decode("ascii"))
                 for _ in range(COUNT))


def normalised(code: str) -> str:
    """Return the characters of the code, in capitals."""
    return characters(code).upper().translate(_AS_MEANT)


def digest(key: bytes, code: str) -> str:
    """Return what is kept of a code, however it was typed (HMAC-SHA256, 64 characters)."""
    return hmac.digest(key, normalised(code).encode("utf-8"), "sha256").hex()


def _grouped(code: str) -> str:
    return "-".join(code[first:first + GROUP] for first in range(0, CHARACTERS, GROUP))
