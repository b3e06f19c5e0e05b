"""The second factors of a user, and the port to their store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from shared.identities import Identity

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
    """All second factors of a user; None: there is none of this kind."""

    totp: Totp | None = None
    recovery_codes: RecoveryCodes | None = None

    @property
    def confirmed_totp(self) -> Totp | None:
        return self.totp if self.totp and self.totp.confirmed_at is not None else None

    def kinds(self) -> tuple[str, ...]:
        """Return what the user can show now beside the password."""
        return (*((TOTP,) if self.confirmed_totp else ()),
                *(("recovery_code",) if self.recovery_codes and self.recovery_codes.digests
                  else ()))

    def as_response(self) -> list[dict[str, object]]:
        """Return what the user may see of each factor that is on."""
        found: list[dict[str, object]] = []
        if app := self.confirmed_totp:
            found.append({"id": TOTP, "kind": TOTP, "created_at": app.created_at,
                          "last_used_at": app.last_used_at})
        if codes := self.recovery_codes:
            found.append({"id": RECOVERY, "kind": "recovery_codes", "created_at": codes.created_at,
                          "last_used_at": codes.last_used_at, "left": len(codes.digests)})
        return found


def about(user_id: str, factor_id: str) -> str:
    """Return what a secret is sealed with, so that it is of no use elsewhere."""
    return f"{factor_id} of user {user_id}"


class FactorStore(Protocol):
    """Every method raises Unavailable when the store cannot answer."""

    def find(self, user_id: str) -> Factors: ...

    def enrol(self, totp: Totp) -> bool:
        """Store a factor that is to be confirmed, in the place of another such one. Return False
        if there is one that was confirmed."""

    def turn_on(self, seen: Totp, step: int, codes: RecoveryCodes, identity: Identity) -> bool:
        """Confirm the factor by the code of this step, store these recovery codes, and let a
        password alone no longer sign in: all or nothing. Return False if the factor is not as
        `seen`, or if the password or the owner of `identity` has changed."""

    def turn_off(self, identity: Identity) -> bool:
        """Delete all second factors, and let a password alone sign in again: all or nothing.
        Return False if the password or the owner of `identity` has changed, or if a second factor
        was turned on or off."""

    def spend_step(self, seen: Totp, step: int, now: int) -> bool:
        """Record that the code of this step was used. Return False if a code of this step or of a
        later one was used before, or if the factor is not the one that was `seen`."""

    def spend_code(self, seen: RecoveryCodes, number: int, now: int) -> bool:
        """Drop the code of this number. Return False if it was used before."""

    def replace_codes(self, seen: RecoveryCodes, codes: RecoveryCodes) -> bool:
        """Put a new set in the place of the one `seen`, or return False if it is another."""

    def delete_all(self, user_id: str) -> None: ...
