"""The file of an import: its lines, read in order, and who had which address before."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from scripts.operating.people_lines import BadLine, Person, parse_line

# Some editors and databases begin a text with it (RFC 3629, section 6).
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
    """`stage` is where its people are imported to, and `has_pepper` tests whether it has the
    pepper with an id."""

    def __init__(self, stage: str, has_pepper: Callable[[str], bool]) -> None:
        self._stage, self._has_pepper = stage, has_pepper
        self._first: dict[str, int] = {}

    def read(self, number: int, line: bytes, is_there: Callable[[str], bool]) -> Person | None:
        """Return the person of the line with this number, None if it is empty. Raises BadLine,
        also for the id of a line before, and for the address of one, if `is_there` says that the
        stage has somebody with it now: the line before may have turned out bad."""
        line = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
        if not line.strip():
            return None
        person = parse_line(line, self._stage)
        if not all(map(self._has_pepper, person.pepper_ids())):
            raise BadLine("pepper_id: the stage has no such pepper")
        address, user_id = person.identity.name, person.account.user_id
        email, own_id = f"email {address}", f"id {user_id}"
        if email in self._first and is_there(address):
            raise BadLine(f"email: line {self._first[email]} has it already")
        if own_id in self._first:
            raise BadLine(f"id: line {self._first[own_id]} has it already")
        self._first[email] = number
        # An id that was made just now needs no memory.
        if person.has_id:
            self._first[own_id] = number
        return person
