"""What the item of an identity says, and conditions that it is as it was read."""

from typing import Any

from shared.identities import Identity
from shared.password_hash import PasswordHash
from shared.stores.items import Item


def key(kind: str, name: str) -> str:
    """Return the key under which the identity of that name is stored. No kind has a `#`."""
    return f"{kind}#{name}"


def key_of(identity: Identity) -> Item:
    return {"Identity": key(identity.kind, identity.name)}


def item_of(identity: Identity) -> Item:
    return {**key_of(identity), "user_id": identity.user_id,
            "password_version": identity.password_version,
            "password_changed_at": identity.password_changed_at,
            "email_verified": identity.verified, **password_values(identity.password),
            **({"second_factor": identity.second_factor} if identity.second_factor else {}),
            **({"turned_off": identity.turned_off} if identity.turned_off else {})}


def as_seen(seen: Identity, names: tuple[str, ...]) -> tuple[str, Item]:
    """Return the condition that these attributes are as in `seen`, and its values."""
    item = item_of(seen)
    terms = [f"#{name} = :{name}" if name in item else f"attribute_not_exists(#{name})"
             for name in names]
    return " AND ".join(terms), {name: item[name] for name in names if name in item}


def new_password(seen: Identity, password: PasswordHash, now: int) -> dict[str, str | int]:
    """Return the values of NEW_PASSWORD."""
    return {**password_values(password), "next": seen.password_version + 1, "now": now}


def password_values(password: PasswordHash | None) -> dict[str, str | int]:
    if password is None:
        return {}
    return {"password_hash": password.bcrypt_hash, "cost": password.cost,
            "pepper_id": password.pepper_id}


def identity_of(item: dict[str, Any]) -> Identity:
    kind, _, name = item["Identity"].partition("#")
    password = (PasswordHash(item["password_hash"], item["cost"], item["pepper_id"])
                if "password_hash" in item else None)
    return Identity(kind, name, item["user_id"], password, item["password_changed_at"],
                    item["password_version"], item["email_verified"],
                    item.get("second_factor", ""), item.get("turned_off", ""))
