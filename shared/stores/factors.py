"""The factors table: one item for each second factor of a user.

A code works once because the write that spends it is conditional: on a later step of time than the
last one, or on the digest of a recovery code that is still there. A passkey answers a ticket once
because the write that counts its use is conditional on the tickets that it had answered. `spent_by`
names the write, by which a retry recognises its own first try.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from shared.factors.factors import (RECOVERY, TOTP, Factors, Passkey, RecoveryCodes,
                                    Sealed, Totp, passkey_factor_id, passkey_id)
from shared.identities import Account, Identity
from shared.stores.failures import ConditionFailed
from shared.stores.identities import DynamoIdentityStore
from shared.stores.items import Item, Value, words_entry, words_of
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
        passkeys = sorted((_passkey(item) for name, item in items.items() if is_passkey(name)),
                          key=lambda passkey: (passkey.created_at, passkey.passkey_id))
        return Factors(_totp(totp) if totp else None, _codes(codes) if codes else None,
                       tuple(passkeys))

    def create(self, account: Account, identity: Identity, factors: Factors) -> None:
        items = [_totp_item(factors.totp)] if factors.totp else []
        items += [_codes_item(factors.recovery_codes)] if factors.recovery_codes else []
        items += [_passkey_item(passkey) for passkey in factors.passkeys]
        self._identities.create(account, identity,
                                *(self._factors.put_entry(item, "") for item in items))

    def find_passkey(self, user_id: str, credential_id: str) -> Passkey | None:
        key = _key(user_id, passkey_factor_id(passkey_id(credential_id)))
        item = self._factors.get(key)
        return None if item is None else _passkey(item)

    def enrol(self, totp: Totp) -> bool:
        try:
            self._factors.put(_totp_item(totp), "attribute_not_exists(#confirmed_at)")
        except ConditionFailed:
            return False
        return True

    def turn_on(self, seen: Totp, step: int, now: int, codes: RecoveryCodes | None,
                identity: Identity) -> bool:
        own = uuid.uuid4().hex
        confirm = self._factors.update_entry(
            _key(seen.user_id, TOTP), "SET #confirmed_at = :now, #last_step = :step,"
            " #spent_by = :own", f"{SAME_SECRET} AND attribute_not_exists(#confirmed_at)",
            secret=seen.secret.text, now=now, step=step, own=own)
        return self._add(own, confirm, codes, identity)

    def add_passkey(self, passkey: Passkey, codes: RecoveryCodes | None, identity: Identity
                    ) -> bool:
        own = uuid.uuid4().hex
        put = self._factors.put_entry({**_passkey_item(passkey), "spent_by": own},
                                      "attribute_not_exists(#FactorId)")
        return self._add(own, put, codes, identity)

    def _add(self, own: str, entry: dict[str, Any], codes: RecoveryCodes | None,
             identity: Identity) -> bool:
        new_codes = [self._factors.put_entry(_codes_item(codes), "")] if codes else []
        try:
            self._factors.transact(entry, *new_codes,
                                   self._identities.second_factor_entry(identity, own))
        except ConditionFailed as failure:
            return (failure.item or {}).get("spent_by") == own
        return True

    def use_passkey(self, seen: Passkey, used: Passkey) -> bool:
        item = _passkey_item(seen)
        values = {name: item[name] for name in ("public_key", "counter", "tickets")
                  if name in item}
        as_seen = [f"#{name} = :seen_{name}" for name in values]
        if not seen.tickets:
            as_seen.append("attribute_not_exists(#tickets)")
        return self._spend(
            _key(seen.user_id, passkey_factor_id(seen.passkey_id)), "SET #counter = :counter,"
            " #backed_up = :backed_up, #tickets = :tickets, #last_used_at = :now,"
            " #spent_by = :own", " AND ".join(as_seen), counter=used.counter,
            backed_up=used.is_backed_up, tickets=" ".join(used.tickets),
            now=used.last_used_at or 0,
            **{f"seen_{name}": value for name, value in values.items()})

    def rename_passkey(self, user_id: str, passkey_id: str, name: str) -> Passkey | None:
        try:
            item = self._factors.update(_key(user_id, passkey_factor_id(passkey_id)),
                                        "SET #name = :name", "attribute_exists(#FactorId)",
                                        name=name)
        except ConditionFailed:
            return None
        return _passkey(item)

    def remove(self, factor_id: str, identity: Identity) -> bool:
        return self._remove([factor_id], identity, uuid.uuid4().hex)

    def remove_passkeys(self, seen: Factors, identity: Identity) -> bool:
        if seen.confirmed_totp is None:
            return self.turn_off(seen, identity)
        return self._remove(_passkey_ids(seen), identity, uuid.uuid4().hex)

    def turn_off(self, seen: Factors, identity: Identity) -> bool:
        return self._remove([TOTP, RECOVERY, *_passkey_ids(seen)], identity, "")

    def _remove(self, factor_ids: list[str], identity: Identity, second_factor: str) -> bool:
        try:
            self._factors.transact(
                *(self._factors.delete_entry(_key(identity.user_id, factor_id))
                  for factor_id in factor_ids),
                self._identities.second_factor_entry(identity, second_factor))
        except ConditionFailed as failure:
            found = failure.item or {}
            # If this is a retry, its own first try has removed them.
            return (failure.retried and found.get("user_id") == identity.user_id
                    and found.get("second_factor", "") == second_factor)
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

    def every(self) -> Iterator[tuple[str, str, Sealed]]:
        """Yield user, factor and secret of all factors of everybody that have one, for the
        operators' tool."""
        for item in self._factors.scan():
            if is_passkey(item["FactorId"]):
                continue
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


def _passkey_ids(factors: Factors) -> list[str]:
    return [passkey_factor_id(passkey.passkey_id) for passkey in factors.passkeys]


def is_passkey(factor_id: str) -> bool:
    return factor_id.startswith(passkey_factor_id(""))


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


def _passkey_item(passkey: Passkey) -> Item:
    return {**_key(passkey.user_id, passkey_factor_id(passkey.passkey_id)),
            "credential_id": passkey.credential_id, "public_key": passkey.public_key,
            "rp_id": passkey.rp_id, "name": passkey.name, "created_at": passkey.created_at,
            "counter": passkey.counter, "synced": passkey.is_synced,
            "backed_up": passkey.is_backed_up,
            **words_entry("transports", passkey.transports),
            **words_entry("tickets", passkey.tickets),
            **({} if passkey.last_used_at is None else {"last_used_at": passkey.last_used_at})}


def _passkey(item: dict[str, Any]) -> Passkey:
    return Passkey(item["UserId"], item["credential_id"], item["public_key"], item["rp_id"],
                   item["name"], item["created_at"], item["counter"], item["synced"],
                   item["backed_up"], words_of(item, "transports"), item.get("last_used_at"),
                   words_of(item, "tickets"))


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
