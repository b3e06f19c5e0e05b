"""The file of an import: its lines, read in order, and who had which address before."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scripts.operating.people_lines import BadLine, parse_line
from shared.identities import Account, Identity

# Some editors and databases begin a text with it (RFC 3629, section 6).
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Person = tuple[Account, Identity]


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Yield the file at its beginning. What can be read only once, such as /dev/stdin, is copied
    to a file that only we can read, and that is gone when we are."""
    with _open(path) as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy


def _open(path: Path) -> IO[bytes]:
    # What we have been handed open may be another user's, and not ours to open again.
    handed = re.fullmatch(r"/dev/(?:stdin|fd/([0-9]+))", str(path))
    return os.fdopen(os.dup(int(handed[1] or 0)), "rb") if handed else path.open("rb")


class PeopleFile:
    """`stage` is where its people are imported to."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._first: dict[str, int] = {}

    def read(self, number: int, line: bytes) -> Person | None:
        """Return the person of the line with this number, None if it is empty. Raises BadLine,
        also for the address or the id of a line before."""
        line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
        if not line.strip():
            return None
        account, identity = parse_line(line, self._stage)
        names = {f"email {identity.name}"}
        # An id that was made just now needs no memory.
        if account.user_id.encode() in line:
            names.add(f"id {account.user_id}")
        for name in sorted(names & self._first.keys()):
            raise BadLine(f"{name.split()[0]}: line {self._first[name]} has it already")
        self._first.update(dict.fromkeys(names, number))
        return account, identity
