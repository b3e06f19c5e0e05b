"""One person as a line of JSON, as an import reads it and an export writes it.

A line is one object: `email` and `password_hash` (bcrypt: $2a$, $2b$ or $2y$, cost 4 to
15), and optionally `id`, `created_at` (epoch seconds), `email_verified`, `roles` and, of an account
that is blocked, `blocked_at`. An exported line also has `pepper_id`, `password_version`,
`password_changed_at` and, of somebody who has one, `second_factor` (`factor_fields`), and can be
imported into a stage that has the same pepper secret. Somebody who signs in with passkeys only has
neither `password_hash` nor `pepper_id`.
"""

import json
import re
import time
import uuid
from typing import NamedTuple

from scripts.operating.factor_fields import BadFactors, as_field, parsed
from scripts.operating.roles import BadRoles, checked
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.factors.factors import Factors
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.password_hash import IMPORTED, PasswordHash
from shared.strict_json import NotStrictJson, parse_object

# Of the 22nd character only two bits are salt; bcrypt refuses to work with others set.
BCRYPT = re.compile(
    r"\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}", re.ASCII)
USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
FIELD_TYPES: dict[str, type] = {
    "email": str, "password_hash": str, "id": str, "created_at": int, "email_verified": bool,
    "pepper_id": str, "password_version": int, "password_changed_at": int,
    "roles": list, "blocked_at": int, "second_factor": dict}


class BadLine(ValueError):
    """A line that cannot be imported; the message says why, quotes no secret, and writes nothing to
    a terminal but what can be read."""


class Person(NamedTuple):
    """The person of a line, and whether the line gives them their id."""

    account: Account
    identity: Identity
    factors: Factors
    has_id: bool

    def pepper_ids(self) -> set[str]:
        """Return the peppers without which the person could not sign in."""
        sealed = (self.factors.totp and self.factors.totp.secret,
                  self.factors.recovery_codes and self.factors.recovery_codes.key)
        hashed = self.identity.password
        return ({secret.pepper_id for secret in sealed if secret}
                | ({hashed.pepper_id} - {IMPORTED} if hashed else set()))


def parse_line(line: bytes, stage: str) -> Person:
    """Return the person that a line for this stage describes, or raise BadLine."""
    try:
        fields = parse_object(line)
    except NotStrictJson as error:
        raise BadLine(str(error)) from error
    _check_fields(fields)
    try:
        email = normalised(str(fields["email"]), stage)
    except NotAnEmailAddress as error:
        raise BadLine(f"email: {error}") from error
    user_id = str(fields.get("id", uuid.uuid4()))
    if USER_ID.fullmatch(user_id) is None:
        raise BadLine("id: letters, digits, - and _, at most 64")
    now = int(time.time())
    account = Account(user_id, email, _integer(fields, "created_at", now), _roles(fields),
                      blocked_at=_integer(fields, "blocked_at", 0))
    factors = _factors(fields, user_id)
    identity = Identity(
        EMAIL_ADDRESS, email, user_id, _password(fields, factors),
        _integer(fields, "password_changed_at", now), _integer(fields, "password_version", 0),
        bool(fields.get("email_verified", False)),
        uuid.uuid4().hex if factors.totp or factors.passkeys else "")
    return Person(account, identity, factors, "id" in fields)


def _password(fields: dict[str, object], factors: Factors) -> PasswordHash | None:
    """Return the password of a line, None if the person signs in with passkeys only."""
    if "password_hash" not in fields:
        if not factors.passkeys:
            raise BadLine("password_hash: missing, and there is no passkey")
        if "pepper_id" in fields:
            raise BadLine("pepper_id: it is of use only with a password_hash")
        return None
    bcrypt = BCRYPT.fullmatch(str(fields["password_hash"]))
    if bcrypt is None:
        raise BadLine("password_hash: not a bcrypt hash of cost 4 to 15")
    return PasswordHash(bcrypt[0], int(bcrypt[1]), str(fields.get("pepper_id", IMPORTED)))


def _check_fields(fields: dict[str, object]) -> None:
    if "email" not in fields:
        raise BadLine("email: missing")
    for name, value in fields.items():
        if name not in FIELD_TYPES:
            raise BadLine(f"{ascii(name[:64])}: not a field of ours")
        if type(value) is not FIELD_TYPES[name]:
            raise BadLine(f"{name}: must be of type {FIELD_TYPES[name].__name__}")


def _integer(fields: dict[str, object], name: str, default: int) -> int:
    value = fields.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 10**12:
        raise BadLine(f"{name}: must be epoch seconds or a count")
    return value


def _factors(fields: dict[str, object], user_id: str) -> Factors:
    field = fields.get("second_factor")
    if field is None:
        return Factors()
    if "id" not in fields:
        raise BadLine("second_factor: it is of use only with the id that it was exported with")
    assert isinstance(field, dict)
    try:
        return parsed(field, user_id)
    except BadFactors as error:
        raise BadLine(f"second_factor: {error}") from error


def _roles(fields: dict[str, object]) -> tuple[str, ...]:
    roles = fields.get("roles", [])
    assert isinstance(roles, list)
    try:
        return checked(role if isinstance(role, str) else "" for role in roles)
    except BadRoles as error:
        raise BadLine(f"roles: {error}") from error


def as_line(account: Account, identity: Identity, factors: Factors) -> str | None:
    """Return the line of a person, with its newline; None for an identity that is not an address
    with a password or a passkey, because no line can describe it."""
    password = identity.password
    if identity.kind != EMAIL_ADDRESS or not (password or factors.passkeys):
        return None
    hashed = ({"password_hash": password.bcrypt_hash, "pepper_id": password.pepper_id}
              if password else {})
    fields = {
        "id": identity.user_id, "email": identity.name,
        "created_at": account.created_at, "roles": account.roles,
        "email_verified": identity.verified, **hashed,
        "password_version": identity.password_version,
        "password_changed_at": identity.password_changed_at,
        **({"blocked_at": account.blocked_at} if account.blocked_at else {}),
        **({"second_factor": as_field(factors)} if identity.second_factor else {})}
    return json.dumps(fields) + "\n"
