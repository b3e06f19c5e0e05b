"""The second factors of a user, and the port to their store."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from shared.identities import Account, Identity

TOTP, RECOVERY, PASSKEY = "totp", "recovery", "passkey"
# More would make the options of a ceremony too long.
MOST_PASSKEYS = 20


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

    def kinds(self) -> tuple[str, ...]:
        """Return what the user can show now beside the password."""
        return (*((PASSKEY,) if self.passkeys else ()), *((TOTP,) if self.confirmed_totp else ()),
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


class FactorStore(Protocol):
    """Every method raises Unavailable when the store cannot answer.

    What adds or removes a factor makes `Identity.second_factor` another id, on condition that the
    identity is as it was read. So of two changes at once, one fails, and none overlooks the other.
    """

    def find(self, user_id: str) -> Factors: ...

    def create(self, account: Account, identity: Identity, factors: Factors) -> None:
        """Claim the name of `identity`, and store the account with these factors: all or nothing.
        Raise UserExists if the name or the user id is taken."""

    def find_passkey(self, user_id: str, credential_id: str) -> Passkey | None: ...

    def enrol(self, totp: Totp) -> bool:
        """Store a factor that is to be confirmed, in the place of another such one. Return False
        if there is one that was confirmed."""

    def turn_on(self, seen: Totp, step: int, now: int, codes: RecoveryCodes | None,
                identity: Identity) -> bool:
        """Confirm the factor by the code of this step, and store these recovery codes: all or
        nothing. Return False if the factor is not as `seen`, or if the proofs or the owner of
        `identity` have changed."""

    def add_passkey(self, passkey: Passkey, codes: RecoveryCodes | None, identity: Identity
                    ) -> bool:
        """Store a passkey, and these recovery codes: all or nothing. Return False if there is one
        of this id, or if the proofs or the owner of `identity` have changed."""

    def use_passkey(self, seen: Passkey, used: Passkey) -> bool:
        """Store the counter, the backup, the tickets and the instant of `used`. Return False if the
        passkey is gone, or if it was used since it was `seen`."""

    def rename_passkey(self, user_id: str, passkey_id: str, name: str) -> Passkey | None:
        """Return the passkey with its new name, or None if there is none of this id."""

    def remove(self, factor_id: str, identity: Identity) -> bool:
        """Delete one factor of several. Return False if the proofs or the owner of `identity` have
        changed."""

    def remove_passkeys(self, seen: Factors, identity: Identity) -> bool:
        """Delete all passkeys, which are those that were `seen`, and if nothing else is left then
        what `turn_off` deletes. Return False if the proofs or the owner of `identity` have
        changed."""

    def turn_off(self, seen: Factors, identity: Identity) -> bool:
        """Delete all second factors, which are those that were `seen`, and let a password alone
        sign in again: all or nothing. Return False if the proofs or the owner of `identity` have
        changed."""

    def spend_step(self, seen: Totp, step: int, now: int) -> bool:
        """Record that the code of this step was used. Return False if a code of this step or of a
        later one was used before, or if the factor is not the one that was `seen`."""

    def spend_code(self, seen: RecoveryCodes, number: int, now: int) -> bool:
        """Drop the code of this number. Return False if it was used before."""

    def replace_codes(self, seen: RecoveryCodes, codes: RecoveryCodes) -> bool:
        """Put a new set in the place of the one `seen`, or return False if it is another."""

    def delete_all(self, user_id: str) -> None: ...


def passkey_factor_id(passkey_id: str) -> str:
    """Return the key of a passkey in the store."""
    return f"{PASSKEY}#{passkey_id}"
