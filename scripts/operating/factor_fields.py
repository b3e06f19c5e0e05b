"""The second factors of a person, as the field `second_factor` of an exported line has them.

Secrets stay sealed, so the field is of use only under the same id, on a stage that has the same
pepper secret. An import without it would let the password alone sign in, and lose whoever has none.
"""

import re
from typing import Any

from scripts.operating.passkey_fields import BadPasskey, as_member, parsed_passkeys
from shared.factors.factors import Factors, RecoveryCodes, Sealed, Totp

MEMBERS = {"totp", "passkeys", "recovery_codes"}
APP_TYPES: dict[str, type] = {"secret": str, "pepper_id": str, "created_at": int,
                              "confirmed_at": int, "last_step": int}
CODES_TYPES: dict[str, type] = {"key": str, "pepper_id": str, "created_at": int, "digests": dict}
SEALED = re.compile(r"[A-Za-z0-9+/]{40,200}={0,2}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadFactors(ValueError):
    """The field cannot be imported; the message quotes nothing of it."""


def as_field(factors: Factors) -> dict[str, object]:
    """Return the field of a person whose second factor is on."""
    app, codes = factors.confirmed_totp, factors.recovery_codes
    field: dict[str, object] = {}
    if app:
        field["totp"] = {"secret": app.secret.text, "pepper_id": app.secret.pepper_id,
                         "created_at": app.created_at, "confirmed_at": app.confirmed_at,
                         "last_step": app.last_step}
    if factors.passkeys:
        field["passkeys"] = as_member(factors.passkeys)
    if codes:
        field["recovery_codes"] = {
            "key": codes.key.text, "pepper_id": codes.key.pepper_id,
            "created_at": codes.created_at,
            "digests": {str(number): digest for number, digest in codes.digests.items()}}
    return field


def parsed(field: dict[str, Any], user_id: str) -> Factors:
    """Return the factors that `as_field` made this field of, or raise BadFactors."""
    if not field.keys() <= MEMBERS or not field.keys() & {"totp", "passkeys"}:
        raise BadFactors("it has totp, passkeys or both, and may have recovery_codes")
    try:
        passkeys = parsed_passkeys(field["passkeys"], user_id) if "passkeys" in field else ()
    except BadPasskey as error:
        raise BadFactors(str(error)) from error
    return Factors(_totp(field["totp"], user_id) if "totp" in field else None,
                   _codes(field["recovery_codes"], user_id) if "recovery_codes" in field else None,
                   passkeys)


def _totp(member: object, user_id: str) -> Totp:
    app = _checked(member, APP_TYPES)
    return Totp(user_id, _sealed(app["secret"], app["pepper_id"]), app["created_at"],
                app["confirmed_at"], app["last_step"])


def _codes(member: object, user_id: str) -> RecoveryCodes:
    codes = _checked(member, CODES_TYPES)
    digests = codes["digests"]
    if not all(re.fullmatch("[0-9]", number) and isinstance(digest, str)
               and DIGEST.fullmatch(digest) for number, digest in digests.items()):
        raise BadFactors("digests are hexadecimal, by numbers of one digit")
    return RecoveryCodes(user_id, _sealed(codes["key"], codes["pepper_id"]),
                         {int(number): digest for number, digest in digests.items()},
                         codes["created_at"])


def _checked(value: object, types: dict[str, type]) -> dict[str, Any]:
    if not isinstance(value, dict) or {name: type(member) for name, member in value.items()
                                       } != types:
        raise BadFactors("a factor has " + ", ".join(types))
    if any(not -1 <= member < 10**12 for member in value.values() if isinstance(member, int)):
        raise BadFactors("an instant is not epoch seconds")
    return value


def _sealed(text: str, pepper_id: str) -> Sealed:
    if not SEALED.fullmatch(text):
        raise BadFactors("a secret is not sealed")
    return Sealed(text, pepper_id)
