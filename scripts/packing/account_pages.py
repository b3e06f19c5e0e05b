"""The account pages in the zip of a function that serves them: built anew only after a change.

Building them takes Node.js, which no other zip needs. `python -m scripts.packing.account_pages`
builds them too (`make account-pages`); it imports only the standard library.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.checkout import ROOT, Refused

# Whoever reaches this module serves what it reads.
READER = Path("shared", "account_pages", "files.py")
FOLDER = Path("pages", "dist")
# What the pages are made of; the types of the client library's answers are only checked.
SOURCES = ("pages/package*.json", "pages/tsconfig.json", "pages/*.mjs", "pages/*.css",
           "pages/*.svg", "pages/messages/*.json", "pages/src/**/*",
           "clients/javascript/*.json", "clients/javascript/src/*.ts")
NOT_BUNDLED = Path("clients", "javascript", "src", "openapi.ts")
STAMP = Path(".local", "account-pages-built")


def files(reached: Collection[Path], root: Path = ROOT) -> dict[str, bytes]:
    """Return the pages for the zip of a function that reaches these modules, path in the zip to
    content; nothing for one that serves none. Raises Refused if they cannot be built."""
    if READER not in reached:
        return {}
    build(root)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in _built(root)}


def build(root: Path = ROOT) -> bool:
    """Build the pages; return False if they were up to date. Raises Refused."""
    with _one_at_a_time(root):
        if _stamp(root) == _fingerprint(root):
            return False
        print("Building the account pages", flush=True)
        _run(root, "could not be installed", sys.executable, "scripts/bootstrap.py", "node",
             "pages", ".bin/esbuild")
        _run(root, "could not be built", "node", "pages/build.mjs")
        (root / STAMP).parent.mkdir(exist_ok=True)
        (root / STAMP).write_text(_fingerprint(root), encoding="utf-8")
        return True


def _stamp(root: Path) -> str:
    try:
        return (root / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


def _fingerprint(root: Path) -> str:
    """Return a digest of what the pages are made of, and of what is built."""
    digest = hashlib.sha256()
    for path in [*sources(root), *_built(root)]:
        digest.update(path.relative_to(root).as_posix().encode()
                      + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sources(root: Path = ROOT) -> list[Path]:
    """Return the files that the pages are made of."""
    found = {path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()}
    return sorted(found - {root / NOT_BUNDLED})


def _built(root: Path) -> list[Path]:
    return sorted(path for path in (root / FOLDER).rglob("*") if path.is_file())


def _run(root: Path, complaint: str, *command: str) -> None:
    if subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False).returncode:
        raise Refused(f"The account pages {complaint}; why is said above.")


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """`make run`, `make package` and the tests build the same pages."""
    with (root / "pages" / "build.mjs").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    try:
        build()
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
