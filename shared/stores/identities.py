"""The identities table: the item `<kind>#<name>` is the claim on that name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from shared.errors import UserExists
from shared.identities import Account, Identity
from shared.password_hash import PasswordHash
from shared.stores.failures import ConditionFailed
from shared.stores.identity_items import (as_seen, identity_of, item_of, key, key_of,
                                          new_password, password_values)
from shared.stores.items import Item, words_entry
from shared.stores.table import Table

NEW_USER, NEW_IDENTITY = "attribute_not_exists(#UserId)", "attribute_not_exists(#Identity)"
SAME_PASSWORD = ("user_id", "password_version")
# A second factor that was turned on meanwhile was not asked for, even if it is off again.
SAME_PROOFS = (*SAME_PASSWORD, "second_factor", "turned_off")
# What a change of the name carries over: a newer hash must not be lost.
CARRIED = (*SAME_PROOFS, "password_hash")
NEW_PASSWORD = ("SET #password_hash = :password_hash, #cost = :cost, #pepper_id = :pepper_id,"
                " #password_version = :next, #password_changed_at = :now")
VERIFIED = ", #email_verified = :yes"


class DynamoIdentityStore:
    """A shared.identities.IdentityStore. The table's key is Identity."""

    def __init__(self, identities: Table, users: Table) -> None:
        self._identities, self._users = identities, users

    def create(self, account: Account, identity: Identity, *more: dict[str, Any]) -> None:
        """Store both, together with `more` entries of the transaction."""
        item = item_of(identity)
        user: Item = {
            "UserId": account.user_id, "email": account.email, "created_at": account.created_at,
            **words_entry("roles", account.roles),
            **({"blocked_at": account.blocked_at} if account.blocked_at else {})}
        try:
            self._identities.transact(self._identities.put_entry(item, NEW_IDENTITY),
                                      self._users.put_entry(user, NEW_USER), *more)
        except ConditionFailed as failure:
            # If this is a retry, an equal item was put by its own first try.
            if not failure.retried or failure.item != item:
                raise UserExists from None

    def find(self, kind: str, name: str) -> Identity | None:
        item = self._identities.get({"Identity": key(kind, name)})
        return None if item is None else identity_of(item)

    def every(self) -> Iterator[Identity]:
        """Yield all identities of all kinds, for the operators' tool."""
        return map(identity_of, self._identities.scan())

    def rehash(self, seen: Identity, password: PasswordHash) -> None:
        if seen.password is None:
            return
        try:
            self._identities.update(
                key_of(seen),
                "SET #password_hash = :password_hash, #cost = :cost, #pepper_id = :pepper_id",
                "#password_hash = :seen", seen=seen.password.bcrypt_hash,
                **password_values(password))
        except ConditionFailed:
            # Another sign-in stored a new hash, or the password was changed; that hash is kept.
            return

    def change_password(self, seen: Identity, password: PasswordHash, now: int,
                        verifies: bool) -> bool:
        # Without `verifies`, it is not written: the name may have been verified since `seen` was
        # read.
        verified, yes = (VERIFIED, {"yes": True}) if verifies else ("", {})
        # Who has the link needs no second factor, and does not touch it. If nobody had shown to own
        # the name before, no passkey may have been added since it was read.
        needs_no_factor = verifies and seen.verified
        same, values = as_seen(seen, SAME_PASSWORD if needs_no_factor else SAME_PROOFS)
        try:
            self._identities.update(key_of(seen), NEW_PASSWORD + verified, same, **values, **yes,
                                    **new_password(seen, password, now))
        except ConditionFailed as failure:
            # Hashes are salted, so an equal one can only be from this write's own first try.
            return (failure.item or {}).get("password_hash") == password.bcrypt_hash
        return True

    def reset_entry(self, seen: Identity, password: PasswordHash, now: int, factors_id: str,
                    is_on: bool) -> dict[str, Any]:
        """Return an entry of a transaction that stores a new password, by which the name is
        verified, and does what `second_factor_entry` does."""
        factors = (", #second_factor = :new" if is_on else
                   ", #turned_off = :new REMOVE #second_factor")
        same, values = as_seen(seen, SAME_PROOFS)
        return self._identities.update_entry(
            key_of(seen), f"{NEW_PASSWORD}{VERIFIED}{factors}", same, yes=True, new=factors_id,
            **values, **new_password(seen, password, now))

    def verify(self, seen: Identity) -> bool:
        same, values = as_seen(seen, SAME_PASSWORD)
        try:
            self._identities.update(key_of(seen), "SET #email_verified = :yes", same, yes=True,
                                    **values)
        except ConditionFailed:
            return False
        return True

    def second_factor_entry(self, seen: Identity, factors_id: str, is_on: bool = True
                            ) -> dict[str, Any]:
        """Return an entry of a transaction that makes this the id of the factors, from what it was
        in `seen`; they are on, or off."""
        update = ("SET #second_factor = :new" if is_on else
                  "SET #turned_off = :new REMOVE #second_factor")
        same, values = as_seen(seen, SAME_PROOFS)
        return self._identities.update_entry(key_of(seen), update, same, **values, new=factors_id)

    def rename(self, seen: Identity, name: str) -> bool:
        renamed = item_of(replace(seen, name=name, verified=True,
                                  password_version=seen.password_version + 1))
        same, values = as_seen(seen, CARRIED)
        try:
            self._identities.transact(
                self._identities.put_entry(renamed, NEW_IDENTITY),
                self._identities.delete_entry(key_of(seen), same, **values),
                self._users.update_entry({"UserId": seen.user_id}, "SET #email = :name",
                                         "#email = :seen", name=name, seen=seen.name))
        except ConditionFailed as failure:
            holder = failure.item or {}
            if (holder.get("Identity") == renamed["Identity"]
                    and holder["user_id"] != seen.user_id):
                raise UserExists from None
            # If this is a retry, an equal item was put by its own first try.
            return failure.retried and holder == renamed
        return True

    def delete(self, seen: Identity) -> bool:
        same, values = as_seen(seen, SAME_PROOFS)
        try:
            self._identities.transact(
                self._identities.delete_entry(key_of(seen), same, **values),
                self._users.delete_entry({"UserId": seen.user_id}))
        except ConditionFailed as failure:
            # An account that is still there has another name by now.
            return failure.item is None and self._users.get({"UserId": seen.user_id}) is None
        return True
