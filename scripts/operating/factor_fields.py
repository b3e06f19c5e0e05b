"""The second factors of a person, as the field `second_factor` of an exported line has them.

Secrets stay sealed, so the field is of use only under the same id, on a stage that has the same
pepper secret. An import without it would let the password alone sign in.
"""

import re
from typing import Any

from shared.factors.factors import Factors, RecoveryCodes, Sealed, Totp

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
    if codes:
        field["recovery_codes"] = {
            "key": codes.key.text, "pepper_id": codes.key.pepper_id,
            "created_at": codes.created_at,
            "digests": {str(number): digest for number, digest in codes.digests.items()}}
    return field


def parsed(field: dict[str, Any], user_id: str) -> Factors:
    """Return the factors that `as_field` made this field of, or raise BadFactors."""
    if not {"totp"} <= field.keys() <= {"totp", "recovery_codes"}:
        raise BadFactors("it has totp, and may have recovery_codes")
    app = _checked(field["totp"], APP_TYPES)
    totp = Totp(user_id, _sealed(app["secret"], app["pepper_id"]), app["created_at"],
                app["confirmed_at"], app["last_step"])
    if "recovery_codes" not in field:
        return Factors(totp)
    codes = _checked(field["recovery_codes"], CODES_TYPES)
    digests = codes["digests"]
    if not all(re.fullmatch("[0-9]", number) and isinstance(digest, str)
               and DIGEST.fullmatch(digest) for number, digest in digests.items()):
        raise BadFactors("digests are hexadecimal, by numbers of one digit")
    return Factors(totp, RecoveryCodes(
        user_id, _sealed(codes["key"], codes["pepper_id"]),
        {int(number): digest for number, digest in digests.items()}, codes["created_at"]))


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
