"""The factors table: one item for each second factor of a user.

A code works once because the write that spends it is conditional: on a later step of time than the
last one, or on the digest of a recovery code that is still there. `spent_by` names the write, by
which a retry recognises its own first try.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from shared.factors.factors import RECOVERY, TOTP, Factors, RecoveryCodes, Sealed, Totp
from shared.identities import Identity
from shared.stores.failures import ConditionFailed
from shared.stores.identities import DynamoIdentityStore
from shared.stores.items import Item, Value
from shared.stores.table import Table

SAME_SECRET = "#secret = :secret"
CODE = "code_"


class DynamoFactorStore:
    """A shared.factors.factors.FactorStore. The table's key is UserId + FactorId."""

    def __init__(self, factors: Table, identities: DynamoIdentityStore) -> None:
        self._factors, self._identities = factors, identities

    def find(self, user_id: str) -> Factors:
        items = {item["FactorId"]: item for item in self._factors.query("UserId", user_id)}
        totp, codes = items.get(TOTP), items.get(RECOVERY)
        return Factors(_totp(totp) if totp else None, _codes(codes) if codes else None)

    def enrol(self, totp: Totp) -> bool:
        try:
            self._factors.put(_totp_item(totp), "attribute_not_exists(#confirmed_at)")
        except ConditionFailed:
            return False
        return True

    def turn_on(self, seen: Totp, step: int, codes: RecoveryCodes, identity: Identity) -> bool:
        own = uuid.uuid4().hex
        confirm = self._factors.update_entry(
            _key(seen.user_id, TOTP), "SET #confirmed_at = :now, #last_step = :step,"
            " #spent_by = :own", f"{SAME_SECRET} AND attribute_not_exists(#confirmed_at)",
            secret=seen.secret.text, now=codes.created_at, step=step, own=own)
        try:
            self._factors.transact(confirm, self._factors.put_entry(_codes_item(codes), ""),
                                   self._identities.second_factor_entry(identity, own))
        except ConditionFailed as failure:
            return (failure.item or {}).get("spent_by") == own
        return True

    def turn_off(self, identity: Identity) -> bool:
        try:
            self._factors.transact(
                self._factors.delete_entry(_key(identity.user_id, TOTP)),
                self._factors.delete_entry(_key(identity.user_id, RECOVERY)),
                self._identities.second_factor_entry(identity, ""))
        except ConditionFailed as failure:
            found = failure.item or {}
            # If this is a retry, its own first try has turned it off.
            return (failure.retried and found.get("user_id") == identity.user_id
                    and "second_factor" not in found)
        return True

    def spend_step(self, seen: Totp, step: int, now: int) -> bool:
        return self._spend(
            _key(seen.user_id, TOTP), "SET #last_step = :step, #last_used_at = :now,"
            " #spent_by = :own", f"{SAME_SECRET} AND #last_step < :step",
            secret=seen.secret.text, step=step, now=now)

    def spend_code(self, seen: RecoveryCodes, number: int, now: int) -> bool:
        code = f"#{CODE}{number}"
        return self._spend(
            _key(seen.user_id, RECOVERY), "SET #last_used_at = :now, #spent_by = :own"
            f" REMOVE {code}", f"{code} = :digest", digest=seen.digests[number], now=now)

    def replace_codes(self, seen: RecoveryCodes, codes: RecoveryCodes) -> bool:
        try:
            self._factors.put(_codes_item(codes), SAME_SECRET, secret=seen.key.text)
        except ConditionFailed as failure:
            return (failure.item or {}).get("secret") == codes.key.text
        return True

    def delete_all(self, user_id: str) -> None:
        self._factors.delete_many([_key(user_id, item["FactorId"])
                                   for item in self._factors.query("UserId", user_id)])

    def entries(self, factors: Factors) -> list[dict[str, Any]]:
        """Return the entries of a transaction that store these factors, for an import."""
        items = [_totp_item(factors.totp)] if factors.totp else []
        items += [_codes_item(factors.recovery_codes)] if factors.recovery_codes else []
        return [self._factors.put_entry(item, "") for item in items]

    def every(self) -> Iterator[tuple[str, str, Sealed]]:
        """Yield user, factor and secret of all factors of everybody, for the operators' tool."""
        for item in self._factors.scan():
            yield item["UserId"], item["FactorId"], _secret_of(item)

    def reseal(self, user_id: str, factor_id: str, seen: Sealed, new: Sealed) -> bool:
        """Put the same secret, sealed anew, in the place of what was `seen`; return whether it was
        there."""
        try:
            self._factors.update(_key(user_id, factor_id),
                                 "SET #secret = :new, #pepper_id = :pepper_id", SAME_SECRET,
                                 new=new.text, pepper_id=new.pepper_id, secret=seen.text)
        except ConditionFailed as failure:
            return (failure.item or {}).get("secret") == new.text
        return True

    def _spend(self, key: Item, update: str, condition: str, **values: Value) -> bool:
        own = uuid.uuid4().hex
        try:
            self._factors.update(key, update, condition, own=own, **values)
        except ConditionFailed as failure:
            return (failure.item or {}).get("spent_by") == own
        return True


def _key(user_id: str, factor_id: str) -> Item:
    return {"UserId": user_id, "FactorId": factor_id}


def _sealed(secret: Sealed) -> Item:
    return {"secret": secret.text, "pepper_id": secret.pepper_id}


def _totp_item(totp: Totp) -> Item:
    confirmed: Item = ({} if totp.confirmed_at is None else
                       {"confirmed_at": totp.confirmed_at, "last_step": totp.last_step})
    return {**_key(totp.user_id, TOTP), **_sealed(totp.secret), "created_at": totp.created_at,
            **confirmed}


def _codes_item(codes: RecoveryCodes) -> Item:
    return {**_key(codes.user_id, RECOVERY), **_sealed(codes.key), "created_at": codes.created_at,
            **{f"{CODE}{number}": digest for number, digest in codes.digests.items()}}


def _totp(item: dict[str, Any]) -> Totp:
    return Totp(item["UserId"], _secret_of(item), item["created_at"],
                item.get("confirmed_at"), item.get("last_step", -1), item.get("last_used_at"))


def _codes(item: dict[str, Any]) -> RecoveryCodes:
    digests = {int(name.removeprefix(CODE)): digest for name, digest in item.items()
               if name.startswith(CODE)}
    return RecoveryCodes(item["UserId"], _secret_of(item), digests, item["created_at"],
                         item.get("last_used_at"))


def _secret_of(item: dict[str, Any]) -> Sealed:
    return Sealed(item["secret"], item["pepper_id"])
