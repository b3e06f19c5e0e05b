"""The port to the store of second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.factors.factors import Factors, RecoveryCodes, Totp
    from shared.factors.passkeys import Passkey
    from shared.identities import Account, Identity
    from shared.password_hash import PasswordHash


class FactorStore(Protocol):
    """Every method raises Unavailable when the store cannot answer.

    What adds or removes a factor makes `Identity.factors_id` another one, on condition that the
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

    def start_over(self, seen: Factors, identity: Identity, password: PasswordHash, now: int
                   ) -> str | None:
        """Delete all passkeys, which are those that were `seen`, and if no factor is left then what
        `turn_off` deletes, and store a new password of `identity`, whose name is verified by that:
        all or nothing. Return what `Identity.second_factor` is then, or None if the proofs or the
        owner of `identity` have changed."""

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
