"""What the items of second factors say."""

from typing import Any

from shared.factors.factors import RECOVERY, TOTP, Factors, RecoveryCodes, Sealed, Totp
from shared.factors.passkeys import Passkey, is_passkey, passkey_factor_id
from shared.stores.items import Item, words_entry, words_of

# What the names of attributes with digests begin with.
CODE = "code_"


def key(user_id: str, factor_id: str) -> Item:
    return {"UserId": user_id, "FactorId": factor_id}


def factors_of(found: list[dict[str, Any]]) -> Factors:
    """Return the factors of a user from all their items."""
    items = {item["FactorId"]: item for item in found}
    totp, codes = items.get(TOTP), items.get(RECOVERY)
    passkeys = sorted((passkey_of(item) for name, item in items.items() if is_passkey(name)),
                      key=lambda passkey: (passkey.created_at, passkey.passkey_id))
    return Factors(totp_of(totp) if totp else None, codes_of(codes) if codes else None,
                   tuple(passkeys))


def items_of(factors: Factors) -> list[Item]:
    """Return the items that say these factors."""
    return [*([totp_item(factors.totp)] if factors.totp else []),
            *([codes_item(factors.recovery_codes)] if factors.recovery_codes else []),
            *(passkey_item(passkey) for passkey in factors.passkeys)]


def _sealed(secret: Sealed) -> Item:
    return {"secret": secret.text, "pepper_id": secret.pepper_id}


def totp_item(totp: Totp) -> Item:
    confirmed: Item = ({} if totp.confirmed_at is None else
                       {"confirmed_at": totp.confirmed_at, "last_step": totp.last_step})
    return {**key(totp.user_id, TOTP), **_sealed(totp.secret), "created_at": totp.created_at,
            **confirmed}


def codes_item(codes: RecoveryCodes) -> Item:
    return {**key(codes.user_id, RECOVERY), **_sealed(codes.key), "created_at": codes.created_at,
            **{f"{CODE}{number}": digest for number, digest in codes.digests.items()}}


def passkey_item(passkey: Passkey) -> Item:
    return {**key(passkey.user_id, passkey_factor_id(passkey.passkey_id)),
            "credential_id": passkey.credential_id, "public_key": passkey.public_key,
            "rp_id": passkey.rp_id, "name": passkey.name, "created_at": passkey.created_at,
            "counter": passkey.counter, "synced": passkey.is_synced,
            "backed_up": passkey.is_backed_up,
            **words_entry("transports", passkey.transports),
            **words_entry("tickets", passkey.tickets),
            **({} if passkey.last_used_at is None else {"last_used_at": passkey.last_used_at})}


def passkey_of(item: dict[str, Any]) -> Passkey:
    return Passkey(item["UserId"], item["credential_id"], item["public_key"], item["rp_id"],
                   item["name"], item["created_at"], item["counter"], item["synced"],
                   item["backed_up"], words_of(item, "transports"), item.get("last_used_at"),
                   words_of(item, "tickets"))


def totp_of(item: dict[str, Any]) -> Totp:
    return Totp(item["UserId"], secret_of(item), item["created_at"],
                item.get("confirmed_at"), item.get("last_step", -1), item.get("last_used_at"))


def codes_of(item: dict[str, Any]) -> RecoveryCodes:
    digests = {int(name.removeprefix(CODE)): digest for name, digest in item.items()
               if name.startswith(CODE)}
    return RecoveryCodes(item["UserId"], secret_of(item), digests, item["created_at"],
                         item.get("last_used_at"))


def secret_of(item: dict[str, Any]) -> Sealed:
    return Sealed(item["secret"], item["pepper_id"])
