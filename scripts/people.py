"""Take people over from another system, or out of this one, as JSON lines.

A line is one object: `email` and `password_hash` (bcrypt: $2a$, $2b$ or $2y$, cost 4 to
15), and optionally `id`, `created_at` (epoch seconds) and `email_verified`. An exported
line also has `pepper_id`, `password_version` and `password_changed_at`, and can be imported
into a stage that has the same pepper secret. The hash of another system is replaced by one
of ours at the person's first sign-in.

Each person is one transaction, so nobody is half imported. Bad lines are reported by
number and skipped. How far an import got is kept in `<file>.progress`: the same command
goes on from there. A person who is there already is left alone.
"""

import json
import os
import re
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from shared.accounts import Account, Identity
from shared.email_addresses import NotAnEmailAddress, normalised
from shared.errors import UserExists
from shared.password_hash import IMPORTED, PasswordHash
from shared.stores.identities import DynamoIdentityStore
from shared.stores.users import DynamoUserStore
from shared.strict_json import NotStrictJson, parse_object

BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}", re.ASCII)
USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
# Whole batches are written at once by this many threads; progress is kept between batches.
BATCH_LINES, THREADS = 200, 16
FIELD_TYPES: dict[str, type] = {
    "email": str, "password_hash": str, "id": str, "created_at": int, "email_verified": bool,
    "pepper_id": str, "password_version": int, "password_changed_at": int}

Report = Callable[[str], None]


class BadLine(ValueError):
    """A line that cannot be imported; the message says why and quotes no secret."""


def import_people(path: Path, identities: DynamoIdentityStore, report: Report) -> Counter[str]:
    """Import the people of a file; return how many were `imported`, `present` and `bad`.

    `report` is given each bad line by number, and the progress after each batch. Lets
    Unavailable through when the store is down; call again to go on.
    """
    progress = path.with_name(path.name + ".progress")
    done = int(progress.read_text(encoding="ascii")) if progress.exists() else 0
    if done:
        report(f"going on after line {done}")
    counts: Counter[str] = Counter()
    with path.open("rb") as lines, ThreadPoolExecutor(THREADS) as pool:
        numbered = enumerate(islice(lines, done, None), done + 1)
        while batch := list(islice(numbered, BATCH_LINES)):
            counts.update(pool.map(
                lambda entry: _import_line(entry[0], entry[1], identities, report), batch))
            done = batch[-1][0]
            progress.write_text(str(done), encoding="ascii")
            report(f"{done} lines: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    progress.unlink(missing_ok=True)
    return counts


def export_people(path: Path, users: DynamoUserStore, identities: DynamoIdentityStore) -> int:
    """Write everybody to a new file that only its owner can read; return how many."""
    created = {account.user_id: account.created_at for account in users.every()}
    count = 0
    with open(path, "x", encoding="ascii", opener=_private) as file:
        for identity in identities.every():
            if identity.user_id in created:
                file.write(json.dumps(_as_line(identity, created[identity.user_id])) + "\n")
                count += 1
    return count


def parse_line(line: bytes) -> tuple[Account, Identity]:
    """Return the person that a line describes, or raise BadLine."""
    try:
        fields = parse_object(line)
    except NotStrictJson as error:
        raise BadLine(str(error)) from error
    _check_fields(fields)
    try:
        email = normalised(str(fields["email"]))
    except NotAnEmailAddress as error:
        raise BadLine(f"email: {error}") from error
    bcrypt = BCRYPT.fullmatch(str(fields["password_hash"]))
    if bcrypt is None:
        raise BadLine("password_hash: not a bcrypt hash of cost 4 to 15")
    user_id = str(fields.get("id", uuid.uuid4()))
    if USER_ID.fullmatch(user_id) is None:
        raise BadLine("id: letters, digits, - and _, at most 64")
    now = int(time.time())
    account = Account(user_id, email, _integer(fields, "created_at", now))
    password = PasswordHash(bcrypt[0], int(bcrypt[1]), str(fields.get("pepper_id", IMPORTED)))
    return account, Identity(
        email, user_id, password, _integer(fields, "password_changed_at", now),
        _integer(fields, "password_version", 0), bool(fields.get("email_verified", False)))


def _import_line(number: int, line: bytes, identities: DynamoIdentityStore,
                 report: Report) -> str:
    try:
        identities.create(*parse_line(line))
    except BadLine as error:
        report(f"line {number}: {error}")
        return "bad"
    except UserExists:
        return "present"
    return "imported"


def _check_fields(fields: dict[str, object]) -> None:
    for name in ("email", "password_hash"):
        if name not in fields:
            raise BadLine(f"{name}: missing")
    for name, value in fields.items():
        if name not in FIELD_TYPES:
            raise BadLine(f"{name[:64]}: not a field of ours")
        if type(value) is not FIELD_TYPES[name]:
            raise BadLine(f"{name}: must be of type {FIELD_TYPES[name].__name__}")


def _integer(fields: dict[str, object], name: str, default: int) -> int:
    value = fields.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 10**12:
        raise BadLine(f"{name}: must be epoch seconds or a count")
    return value


def _as_line(identity: Identity, created_at: int) -> dict[str, object]:
    return {"id": identity.user_id, "email": identity.email, "created_at": created_at,
            "email_verified": identity.email_verified,
            "password_hash": identity.password.bcrypt_hash,
            "pepper_id": identity.password.pepper_id,
            "password_version": identity.password_version,
            "password_changed_at": identity.password_changed_at}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
