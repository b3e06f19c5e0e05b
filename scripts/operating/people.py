"""Import people from another system and export those of this one, as lines (`people_lines`).

Each person is one transaction, so nobody is half imported. Bad lines are reported by number and
skipped. How far an import got is kept in `<file>.progress`: the same command goes on from there,
and another file or stage begins anew. A person who is there already is left alone. Of two good
lines with one address, or with one id, the first counts. The hash of another system is replaced by
one of ours at the person's first sign-in.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from scripts.operating.people_file import PeopleFile, opened
from scripts.operating.people_lines import BadLine, Person, as_line
from scripts.operating.progress import Progress, progress_of
from shared.errors import UserExists
from shared.identities import EMAIL_ADDRESS
from shared.factors.factors import Factors
from shared.stores.factors import DynamoFactorStore
from shared.stores.identities import DynamoIdentityStore
from shared.wiring.services import Services

# Whole batches are written at once by this many threads; progress is kept between batches.
BATCH_LINES, THREADS = 200, 16
Report = Callable[[str], None]


class Destination(NamedTuple):
    """Where people are imported to: a stage, a name that no other stage has, the stores of its
    identities and of their second factors, and the test whether it has the pepper with an id."""

    stage: str
    name: str
    identities: DynamoIdentityStore
    factors: DynamoFactorStore
    has_pepper: Callable[[str], bool]

    def has(self, address: str) -> bool:
        """Whether there is somebody with this address."""
        return self.identities.find(EMAIL_ADDRESS, address) is not None


def import_people(path: Path, into: Destination, report: Report) -> Counter[str]:
    """Import the people of a file; return how many were `imported`, `present` and `bad`, and how
    many lines an import that was cut off had done `earlier`.

    `report` is given each bad line by number, and the progress after each batch. Raises
    Unavailable when the store is down; calling it again goes on.
    """
    counts: Counter[str] = Counter()
    people, done = PeopleFile(into.stage, into.has_pepper), 0
    with opened(path) as lines, ThreadPoolExecutor(THREADS) as pool:
        progress = Progress(progress_of(path), f"{into.name} {_digest(lines)}")
        numbered = enumerate(lines, 1)
        for number, line in islice(numbered, progress.read(report)):
            done = counts["earlier"] = number
            with suppress(BadLine):
                people.read(number, line, into.has)
        try:
            while batch := list(islice(numbered, BATCH_LINES)):
                counts.update(_outcomes(batch, people, pool, into, report))
                done = batch[-1][0]
                progress.write(done)
                report(f"{done} lines: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"Interrupted after line {done}. Run the same command again: "
                                    "it goes on, and who is there already is left alone.") from None
    progress.remove()
    return counts


def _outcomes(batch: list[tuple[int, bytes]], people: PeopleFile, pool: ThreadPoolExecutor,
              into: Destination, report: Report) -> list[str]:
    """Return what becomes of each line but the empty ones."""
    found: list[tuple[int, Person]] = []
    outcomes: list[str] = []

    def import_found() -> None:
        outcomes.extend(pool.map(
            lambda entry: _import_person(entry[0], entry[1], into, report), found))
        found.clear()

    def is_there(address: str) -> bool:
        import_found()
        return into.has(address)

    for number, line in batch:
        try:
            if person := people.read(number, line, is_there):
                found.append((number, person))
        except BadLine as error:
            report(f"line {number}: {error}")
            outcomes.append("bad")
    import_found()
    return outcomes


def export_people(path: Path, services: Services, report: Report) -> int:
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
            count = _write_everybody(file, services, report)
        # Unlike a rename, this does not replace a file of that name.
        os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write_everybody(file: TextIO, services: Services, report: Report) -> int:
    accounts = {account.user_id: account for account in services.user_store.every()}
    count = 0
    for identity in services.identity_store.every():
        if identity.user_id not in accounts:
            continue
        factors = (services.factor_store.find(identity.user_id) if identity.second_factor
                   else Factors())
        line = as_line(accounts[identity.user_id], identity, factors)
        if line is None:
            report(f"user {ascii(identity.user_id)}: left out the identity of kind "
                   f"{ascii(identity.kind)}, which is not an address with a password or a passkey")
        else:
            file.write(line)
            count += 1
    return count


def _import_person(number: int, person: Person, into: Destination, report: Report) -> str:
    try:
        into.factors.create(person.account, person.identity, person.factors)
    except UserExists:
        if not into.has(person.identity.name):
            report(f"line {number}: id: another person has it")
            return "bad"
        return "present"
    return "imported"


def _digest(lines: IO[bytes]) -> str:
    """Return the digest of a file, and go back to its beginning."""
    digest = hashlib.file_digest(lines, "sha256").hexdigest()  # type: ignore[arg-type]
    lines.seek(0)
    return digest


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
