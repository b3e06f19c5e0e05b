"""What is kept of a passkey, and what it is called."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

PASSKEY = "passkey"
# More would make the options of a ceremony too long.
MOST_PASSKEYS = 20


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn, which signs in alone or beside a password.

    `credential_id` and `public_key` (a COSE key, RFC 9052) are in base64url. `rp_id` is the domain
    that it was made for. `counter` is the highest that it has shown, 0 if it counts nothing.
    `is_synced` says whether it may leave its device (backup eligibility), which never changes, and
    `is_backed_up` whether it has. `transports` are the ways to reach it, as its browser named them.
    `tickets` are those that it has answered and that have not expired
    (`<ticket id>.<epoch seconds>`).
    """

    user_id: str
    credential_id: str
    public_key: str
    rp_id: str
    name: str
    created_at: int
    counter: int
    is_synced: bool
    is_backed_up: bool
    transports: tuple[str, ...] = ()
    last_used_at: int | None = None
    tickets: tuple[str, ...] = ()

    @property
    def passkey_id(self) -> str:
        return passkey_id(self.credential_id)

    @property
    def methods(self) -> tuple[str, str]:
        """What it proves (RFC 8176): possession of a key, in hardware or in software as far as it
        says, and that its user was there. It has verified the user by itself."""
        return ("swk" if self.is_synced else "hwk", "user")

    def as_response(self) -> dict[str, object]:
        return {"id": self.passkey_id, "kind": PASSKEY, "created_at": self.created_at,
                "last_used_at": self.last_used_at, "name": self.name, "rp_id": self.rp_id,
                "backed_up": self.is_backed_up}


def passkey_id(credential_id: str) -> str:
    """Return the id by which our API names a credential: 43 characters. A credential's own id has
    up to 1,023 bytes, and would fit into no key of a table."""
    return urlsafe_b64encode(sha256(credential_id.encode("ascii")).digest()).decode().rstrip("=")


def passkey_factor_id(passkey_id: str) -> str:
    """Return the key of a passkey in the store."""
    return f"{PASSKEY}#{passkey_id}"


def is_passkey_id(text: str) -> bool:
    """Whether `passkey_id` can have returned this."""
    return re.fullmatch("[A-Za-z0-9_-]{43}", text, re.ASCII) is not None


def is_passkey(factor_id: str) -> bool:
    """Whether this key in the store is of a passkey."""
    return factor_id.startswith(passkey_factor_id(""))
