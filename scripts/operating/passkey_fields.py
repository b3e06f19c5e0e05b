"""Passkeys, as the member `passkeys` of the field `second_factor` has them (`factor_fields`).

Nothing of them is secret. A passkey is of use under the same id, which its device knows, and on
stages of its domain.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from shared.factors.passkeys import MOST_PASSKEYS, Passkey
from shared.factors.relying_party import is_rp_id
from shared.factors.public_keys import is_public_key
from shared.gateway.passkey_bodies import (MOST_ID_CHARACTERS, MOST_NAME_CHARACTERS,
                                           MOST_TRANSPORTS, NAME_PATTERN, TRANSPORT)

TYPES: dict[str, type] = {
    "credential_id": str, "public_key": str, "rp_id": str, "name": str, "created_at": int,
    "counter": int, "synced": bool, "backed_up": bool, "transports": list}
CREDENTIAL_ID = re.compile(rf"[A-Za-z0-9_-]{{2,{MOST_ID_CHARACTERS}}}", re.ASCII)
NAME = re.compile(NAME_PATTERN)
MOST_RP_ID_CHARACTERS = 253


class BadPasskey(ValueError):
    """A passkey cannot be imported; the message quotes nothing of it."""


def as_member(passkeys: Sequence[Passkey]) -> list[dict[str, object]]:
    return [{"credential_id": passkey.credential_id, "public_key": passkey.public_key,
             "rp_id": passkey.rp_id, "name": passkey.name, "created_at": passkey.created_at,
             "counter": passkey.counter, "synced": passkey.is_synced,
             "backed_up": passkey.is_backed_up, "transports": list(passkey.transports)}
            for passkey in passkeys]


def parsed_passkeys(member: object, user_id: str) -> tuple[Passkey, ...]:
    """Return the passkeys that `as_member` made this of, or raise BadPasskey."""
    if not isinstance(member, list) or not 1 <= len(member) <= MOST_PASSKEYS:
        raise BadPasskey(f"passkeys is a list of 1 to {MOST_PASSKEYS}")
    passkeys = tuple(_passkey(value, user_id) for value in member)
    if len({passkey.credential_id for passkey in passkeys}) < len(passkeys):
        raise BadPasskey("a passkey is there twice")
    return passkeys


def _passkey(value: object, user_id: str) -> Passkey:
    if not isinstance(value, dict) or {name: type(member) for name, member in value.items()
                                       } != TYPES:
        raise BadPasskey("a passkey has " + ", ".join(TYPES))
    _check(value)
    return Passkey(user_id, value["credential_id"], value["public_key"], value["rp_id"],
                   value["name"], value["created_at"], value["counter"], value["synced"],
                   value["backed_up"], tuple(sorted(set(value["transports"]))))


def _has_transports(listed: list[object]) -> bool:
    return len(listed) <= MOST_TRANSPORTS and all(
        isinstance(word, str) and TRANSPORT.fullmatch(word) for word in listed)


# What each member is; that each has its type was checked before.
RULES: dict[str, tuple[Callable[[Any], object], str]] = {
    "credential_id": (CREDENTIAL_ID.fullmatch, "base64url of at most 1023 bytes"),
    "public_key": (is_public_key, "a COSE key in base64url, of an algorithm that we know"),
    "rp_id": (lambda domain: (len(domain) <= MOST_RP_ID_CHARACTERS
                              and is_rp_id(domain, is_local=True)), "a domain in lower case"),
    "name": (lambda name: 0 < len(name) <= MOST_NAME_CHARACTERS and NAME.fullmatch(name),
             "a text of 1 to 64 characters, none of which controls anything"),
    "created_at": (lambda instant: 0 <= instant < 10**12, "epoch seconds"),
    "counter": (lambda number: 0 <= number < 2**32, "a number of 32 bits"),
    "transports": (_has_transports, f"a list of at most {MOST_TRANSPORTS} words"),
}


def _check(passkey: dict[str, Any]) -> None:
    for name, (is_right, form) in RULES.items():
        if not is_right(passkey[name]):
            raise BadPasskey(f"{name} of a passkey is {form}")
    if passkey["backed_up"] and not passkey["synced"]:
        raise BadPasskey("only a synced passkey is backed up")
