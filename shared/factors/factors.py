"""The second factors of a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from shared.factors.passkeys import PASSKEY, Passkey

TOTP, RECOVERY = "totp", "recovery"


class Sealed(NamedTuple):
    """A nonce and what was sealed under it, in base64, and the id of the pepper that has the key
    (`sealing`)."""

    text: str
    pepper_id: str


@dataclass(frozen=True, slots=True)
class Totp:
    """An app that makes codes. `secret` is what it shares with us. It counts only once it is
    confirmed; `last_step` is the step of time whose code was used last, -1 if none was. Instants
    are epoch seconds."""

    user_id: str
    secret: Sealed
    created_at: int
    confirmed_at: int | None = None
    last_step: int = -1
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """A set of recovery codes: `key` is what their digests are made with, and `digests` are of
    those that were not used, each by its number."""

    user_id: str
    key: Sealed
    digests: dict[int, str]
    created_at: int
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class Factors:
    """All second factors of a user; None: there is none of this kind. Passkeys are in the order in
    which they were added."""

    totp: Totp | None = None
    recovery_codes: RecoveryCodes | None = None
    passkeys: tuple[Passkey, ...] = ()

    @property
    def confirmed_totp(self) -> Totp | None:
        return self.totp if self.totp and self.totp.confirmed_at is not None else None

    def kinds(self, rp_id: str) -> tuple[str, ...]:
        """Return what the user can show now beside the password, where passkeys are those of this
        domain."""
        has_passkey = any(passkey.rp_id == rp_id for passkey in self.passkeys)
        return (*((PASSKEY,) if has_passkey else ()), *((TOTP,) if self.confirmed_totp else ()),
                *(("recovery_code",) if self.recovery_codes and self.recovery_codes.digests
                  else ()))

    def as_response(self) -> list[dict[str, object]]:
        """Return what the user may see of each factor that is on."""
        found: list[dict[str, object]] = []
        if app := self.confirmed_totp:
            found.append({"id": TOTP, "kind": TOTP, "created_at": app.created_at,
                          "last_used_at": app.last_used_at})
        found += [passkey.as_response() for passkey in self.passkeys]
        if codes := self.recovery_codes:
            found.append({"id": RECOVERY, "kind": "recovery_codes", "created_at": codes.created_at,
                          "last_used_at": codes.last_used_at, "left": len(codes.digests)})
        return found


def about(user_id: str, factor_id: str) -> str:
    """Return what a secret is sealed with, so that it is of no use elsewhere."""
    return f"{factor_id} of user {user_id}"
