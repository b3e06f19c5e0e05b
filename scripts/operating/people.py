"""Import people from another system and export those of this one, as lines (`people_lines`).

Each person is one transaction, so nobody is half imported. Bad lines are reported by number and
skipped. How far an import got is kept in `<file>.progress`: the same command goes on from there,
and another file or stage begins anew. A person who is there already is left alone. The hash of
another system is replaced by one of ours at the person's first sign-in.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from scripts.operating.people_lines import BadLine, as_line, parse_line
from shared.errors import UserExists
from shared.identities import Account, Identity
from shared.password_hash import IMPORTED
from shared.stores.identities import DynamoIdentityStore
from shared.stores.users import DynamoUserStore

# Whole batches are written at once by this many threads; progress is kept between batches.
BATCH_LINES, THREADS = 200, 16
Report = Callable[[str], None]


class Destination(NamedTuple):
    """Where people are imported to: a stage, a name that no other stage has, the store of its
    identities, and the test whether it has the pepper with an id."""

    stage: str
    name: str
    identities: DynamoIdentityStore
    has_pepper: Callable[[str], bool]


def import_people(path: Path, into: Destination, report: Report) -> Counter[str]:
    """Import the people of a file; return how many were `imported`, `present` and `bad`.

    `report` is given each bad line by number, and the progress after each batch. Raises
    Unavailable when the store is down; calling it again goes on.
    """
    progress = path.with_name(path.name + ".progress")
    done, task = 0, f"{into.name} {_digest(path)}"
    if progress.exists():
        number, _, of = progress.read_text(encoding="utf-8").partition(" ")
        done = int(number) if of == task else 0
        report(f"going on after line {done}" if done else
               f"beginning anew: {progress.name} is of another file or stage")
    counts: Counter[str] = Counter()
    with path.open("rb") as lines, ThreadPoolExecutor(THREADS) as pool:
        numbered = enumerate(islice(lines, done, None), done + 1)
        while batch := list(islice(numbered, BATCH_LINES)):
            counts.update(pool.map(
                lambda entry: _import_line(entry[0], entry[1], into, report), batch))
            done = batch[-1][0]
            progress.write_text(f"{done} {task}", encoding="utf-8")
            report(f"{done} lines: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    progress.unlink(missing_ok=True)
    return counts


def export_people(path: Path, users: DynamoUserStore, identities: DynamoIdentityStore,
                  report: Report) -> int:
    """Write everybody to a new file that only its owner can read; return how many.

    `report` is given each identity that no line can say, by kind and user id. The file gets its
    name when it is whole. Raises FileExistsError, or Unavailable.
    """
    if path.exists():
        raise FileExistsError(path)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with open(partial, "x", encoding="ascii", opener=_private) as file:
            count = _write_everybody(file, users, identities, report)
        # Unlike a rename, this does not replace a file of that name.
        os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write_everybody(file: TextIO, users: DynamoUserStore, identities: DynamoIdentityStore,
                     report: Report) -> int:
    created = {account.user_id: account.created_at for account in users.every()}
    count = 0
    for identity in identities.every():
        if identity.user_id not in created:
            continue
        line = as_line(identity, created[identity.user_id])
        if line is None:
            report(f"user {identity.user_id}: left out the identity of kind {identity.kind}, "
                   "which is not an address with a password")
        else:
            file.write(line)
            count += 1
    return count


def _import_line(number: int, line: bytes, into: Destination, report: Report) -> str:
    try:
        return _import_person(*parse_line(line, into.stage), into)
    except BadLine as error:
        report(f"line {number}: {error}")
        return "bad"


def _import_person(account: Account, identity: Identity, into: Destination) -> str:
    pepper_id = identity.password.pepper_id if identity.password else IMPORTED
    if pepper_id != IMPORTED and not into.has_pepper(pepper_id):
        raise BadLine("pepper_id: the stage has no such pepper")
    try:
        into.identities.create(account, identity)
    except UserExists:
        if into.identities.find(identity.kind, identity.name) is None:
            raise BadLine("id: another person has it") from None
        return "present"
    return "imported"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
