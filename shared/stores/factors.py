"""The factors table: one item for each second factor of a user.

A code works once because the write that spends it is conditional: on a later step of time than the
last one, or on the digest of a recovery code that is still there. A passkey answers a ticket once
because the write that counts its use is conditional on the tickets that it had answered. `spent_by`
names the write, by which a retry recognises its own first try.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from shared.factors.factors import RECOVERY, TOTP, Factors, RecoveryCodes, Sealed, Totp
from shared.factors.passkeys import (Passkey, is_passkey, is_passkey_id, passkey_factor_id,
                                     passkey_id)
from shared.identities import Account, Identity
from shared.password_hash import PasswordHash
from shared.stores.factor_items import (CODE, codes_item, factors_of, items_of, key, passkey_item,
                                        passkey_of, secret_of, totp_item)
from shared.stores.failures import ConditionFailed
from shared.stores.identities import DynamoIdentityStore
from shared.stores.items import Item, Value
from shared.stores.table import Table

SAME_SECRET = "#secret = :secret"


class DynamoFactorStore:
    """A shared.factors.factor_store.FactorStore. The table's key is UserId + FactorId."""

    def __init__(self, factors: Table, identities: DynamoIdentityStore) -> None:
        self._factors, self._identities = factors, identities

    def find(self, user_id: str) -> Factors:
        return factors_of(self._factors.query("UserId", user_id))

    def create(self, account: Account, identity: Identity, factors: Factors) -> None:
        self._identities.create(account, identity, *(self._factors.put_entry(item, "")
                                                     for item in items_of(factors)))

    def find_passkey(self, user_id: str, credential_id: str) -> Passkey | None:
        item = self._factors.get(key(user_id, passkey_factor_id(passkey_id(credential_id))))
        return None if item is None else passkey_of(item)

    def enrol(self, totp: Totp) -> bool:
        try:
            self._factors.put(totp_item(totp), "attribute_not_exists(#confirmed_at)")
        except ConditionFailed:
            return False
        return True

    def turn_on(self, seen: Totp, step: int, now: int, codes: RecoveryCodes | None,
                identity: Identity) -> bool:
        own = uuid.uuid4().hex
        confirm = self._factors.update_entry(
            key(seen.user_id, TOTP), "SET #confirmed_at = :now, #last_step = :step,"
            " #spent_by = :own", f"{SAME_SECRET} AND attribute_not_exists(#confirmed_at)",
            secret=seen.secret.text, now=now, step=step, own=own)
        return self._add(own, confirm, codes, identity)

    def add_passkey(self, passkey: Passkey, codes: RecoveryCodes | None, identity: Identity
                    ) -> bool:
        own = uuid.uuid4().hex
        put = self._factors.put_entry({**passkey_item(passkey), "spent_by": own},
                                      "attribute_not_exists(#FactorId)")
        return self._add(own, put, codes, identity)

    def _add(self, own: str, entry: dict[str, Any], codes: RecoveryCodes | None,
             identity: Identity) -> bool:
        new_codes = [self._factors.put_entry(codes_item(codes), "")] if codes else []
        try:
            self._factors.transact(entry, *new_codes,
                                   self._identities.second_factor_entry(identity, own))
        except ConditionFailed as failure:
            return (failure.item or {}).get("spent_by") == own
        return True

    def use_passkey(self, seen: Passkey, used: Passkey) -> bool:
        item = passkey_item(seen)
        values = {name: item[name] for name in ("public_key", "counter", "tickets")
                  if name in item}
        as_seen = [f"#{name} = :seen_{name}" for name in values]
        if not seen.tickets:
            as_seen.append("attribute_not_exists(#tickets)")
        return self._spend(
            key(seen.user_id, passkey_factor_id(seen.passkey_id)), "SET #counter = :counter,"
            " #backed_up = :backed_up, #tickets = :tickets, #last_used_at = :now,"
            " #spent_by = :own", " AND ".join(as_seen), counter=used.counter,
            backed_up=used.is_backed_up, tickets=" ".join(used.tickets),
            now=used.last_used_at or 0,
            **{f"seen_{name}": value for name, value in values.items()})

    def rename_passkey(self, user_id: str, passkey_id: str, name: str) -> Passkey | None:
        if not is_passkey_id(passkey_id):
            return None
        try:
            item = self._factors.update(key(user_id, passkey_factor_id(passkey_id)),
                                        "SET #name = :name", "attribute_exists(#FactorId)",
                                        name=name)
        except ConditionFailed:
            return None
        return passkey_of(item)

    def remove(self, factor_id: str, identity: Identity) -> bool:
        return self._remove([factor_id], identity, is_on=True)

    def start_over(self, seen: Factors, identity: Identity, password: PasswordHash, now: int
                   ) -> str | None:
        own, is_on = uuid.uuid4().hex, seen.confirmed_totp is not None
        gone = _passkey_ids(seen) if is_on else _all_ids(seen)
        left = own if is_on else ""
        try:
            self._factors.transact(
                *self._deletions(gone, identity),
                self._identities.reset_entry(identity, password, now, own, is_on))
        except ConditionFailed as failure:
            # Hashes are salted, so an equal one can only be from this write's own first try.
            is_own = (failure.item or {}).get("password_hash") == password.bcrypt_hash
            return left if is_own else None
        return left

    def turn_off(self, seen: Factors, identity: Identity) -> bool:
        return self._remove(_all_ids(seen), identity, is_on=False)

    def _deletions(self, factor_ids: list[str], identity: Identity) -> list[dict[str, Any]]:
        return [self._factors.delete_entry(key(identity.user_id, factor_id))
                for factor_id in factor_ids]

    def _remove(self, factor_ids: list[str], identity: Identity, is_on: bool) -> bool:
        own = uuid.uuid4().hex
        try:
            self._factors.transact(*self._deletions(factor_ids, identity),
                                   self._identities.second_factor_entry(identity, own, is_on))
        except ConditionFailed as failure:
            found = failure.item or {}
            # Then its own first try has removed them.
            return found.get("second_factor" if is_on else "turned_off") == own
        return True

    def spend_step(self, seen: Totp, step: int, now: int) -> bool:
        return self._spend(
            key(seen.user_id, TOTP), "SET #last_step = :step, #last_used_at = :now,"
            " #spent_by = :own", f"{SAME_SECRET} AND #last_step < :step",
            secret=seen.secret.text, step=step, now=now)

    def spend_code(self, seen: RecoveryCodes, number: int, now: int) -> bool:
        code = f"#{CODE}{number}"
        return self._spend(
            key(seen.user_id, RECOVERY), "SET #last_used_at = :now, #spent_by = :own"
            f" REMOVE {code}", f"{code} = :digest", digest=seen.digests[number], now=now)

    def replace_codes(self, seen: RecoveryCodes, codes: RecoveryCodes) -> bool:
        try:
            self._factors.put(codes_item(codes), SAME_SECRET, secret=seen.key.text)
        except ConditionFailed as failure:
            return (failure.item or {}).get("secret") == codes.key.text
        return True

    def delete_all(self, user_id: str) -> None:
        self._factors.delete_many([key(user_id, item["FactorId"])
                                   for item in self._factors.query("UserId", user_id)])

    def every(self) -> Iterator[tuple[str, str, Sealed]]:
        """Yield user, factor and secret of all factors of everybody that have one, for the
        operators' tool."""
        for item in self._factors.scan():
            if is_passkey(item["FactorId"]):
                continue
            yield item["UserId"], item["FactorId"], secret_of(item)

    def reseal(self, user_id: str, factor_id: str, seen: Sealed, new: Sealed) -> bool:
        """Put the same secret, sealed anew, in the place of what was `seen`; return whether it was
        there."""
        try:
            self._factors.update(key(user_id, factor_id),
                                 "SET #secret = :new, #pepper_id = :pepper_id", SAME_SECRET,
                                 new=new.text, pepper_id=new.pepper_id, secret=seen.text)
        except ConditionFailed as failure:
            return (failure.item or {}).get("secret") == new.text
        return True

    def _spend(self, factor: Item, update: str, condition: str, **values: Value) -> bool:
        own = uuid.uuid4().hex
        try:
            self._factors.update(factor, update, condition, own=own, **values)
        except ConditionFailed as failure:
            return (failure.item or {}).get("spent_by") == own
        return True


def _all_ids(factors: Factors) -> list[str]:
    return [TOTP, RECOVERY, *_passkey_ids(factors)]


def _passkey_ids(factors: Factors) -> list[str]:
    return [passkey_factor_id(passkey.passkey_id) for passkey in factors.passkeys]
