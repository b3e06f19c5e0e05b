"""Time-based one-time passwords (RFC 6238) over HOTP (RFC 4226), as the usual apps make them."""

import hmac
from base64 import b32encode
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
# RFC 4226 section 4 asks for at least 128 bits, and recommends 160.
SECRET_BYTES = 20
# How many steps the clock of a device may be behind or ahead (RFC 6238 section 5.2).
SKEW_STEPS = 1


def hotp(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """Return the code of a counter (RFC 4226 section 5.3)."""
    digest = hmac.digest(secret, counter.to_bytes(8), "sha1")
    offset = digest[-1] & 0xF
    truncated = int.from_bytes(digest[offset:offset + 4]) & 0x7FFFFFFF
    return f"{truncated % 10 ** digits:0{digits}}"


def matching_step(secret: bytes, code: str, now: int) -> int | None:
    """Return the step of time whose code this is, of those that the skew allows at `now` (epoch
    seconds), or None. The work is the same for every code."""
    present = now // STEP_SECONDS
    found = None
    for step in range(max(0, present - SKEW_STEPS), present + SKEW_STEPS + 1):
        if hmac.compare_digest(hotp(secret, step).encode(), code.encode("utf-8")):
            found = step
    return found


def encoded(secret: bytes) -> str:
    """Return a secret as apps take it when it is typed (RFC 4648 section 6), without padding."""
    return b32encode(secret).decode("ascii").rstrip("=")


def otpauth_uri(secret: bytes, service: str, account: str) -> str:
    """Return the address that an app reads from a drawn code ("Key URI Format" of Google
    Authenticator): which `service`, and whose account there."""
    label = f"{quote(service, safe='')}:{quote(account, safe='@')}"
    about = urlencode({"secret": encoded(secret), "issuer": service, "algorithm": "SHA1",
                       "digits": DIGITS, "period": STEP_SECONDS}, quote_via=quote)
    return f"otpauth://totp/{label}?{about}"
