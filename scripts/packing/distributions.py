"""The distributions of requirements.txt, unpacked for a target: which names each provides,
what it requires, and which of its files belong in a zip.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.checkout import ROOT, Refused
from scripts.packing import bytecode
from scripts.packing.bytecode import LAMBDA_PYTHON

REQUIREMENTS = ROOT / "requirements.txt"
# What `more` of a Site is taken from.
TOOLS = ROOT / "requirements-dev.txt"
CACHE = ROOT / ".local" / "distributions"

# boto3 comes with the Lambda runtime; the rest is there only because it needs them.
GIVEN_BY_LAMBDA = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "python-dateutil",
                             "six", "urllib3"})
GIVEN_NAMES = frozenset({"boto3", "botocore"})


@dataclass(frozen=True, slots=True)
class Target:
    """What depends on where a zip runs: pip's arguments, the values that environment markers are
    compared with, whether bytecode goes in, and how much zlib compresses, because a zip that
    stays on this machine need not be small. There, bytecode is for the emulator, which unpacks a
    zip anew for each process."""

    name: str
    pip_arguments: tuple[str, ...]
    markers: dict[str, str]
    bytecode: bool
    compression_level: int


AWS = Target("aws", (
    "--platform", "manylinux2014_aarch64", "--platform", "manylinux_2_28_aarch64",
    "--implementation", "cp", "--python-version", LAMBDA_PYTHON), {
        "python_version": LAMBDA_PYTHON, "python_full_version": f"{LAMBDA_PYTHON}.0",
        "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64",
        "implementation_name": "cpython", "platform_python_implementation": "CPython"},
    bytecode=True, compression_level=9)
HOST = Target("host", (), {}, bytecode=True, compression_level=1)
TARGETS = {target.name: target for target in (AWS, HOST)}


class Site:
    """The pinned distributions, and those of `more` (names in requirements-dev.txt), unpacked
    for one target into a folder of the cache. Other pins, or another Python that runs them, get
    another folder."""

    def __init__(self, target: Target, more: Collection[str] = ()) -> None:
        self.target = target
        self.compiler = compiler(target)
        self._locked = {name: lines for name, lines in locked(REQUIREMENTS).items()
                        if name not in GIVEN_BY_LAMBDA}
        self._locked |= {name: lines for name, lines in locked(TOOLS).items() if name in more}
        self.pins = {name: _version(lines) for name, lines in self._locked.items()}
        key = [target.name, *target.pip_arguments, *self._locked.values(),
               str(self.compiler and self.compiler[1])]
        if target is HOST:
            key += [sys.implementation.cache_tag or "", platform.platform()]
        self.fingerprint = hashlib.sha256("\n".join(key).encode()).hexdigest()
        self.folder = _kept(f"{target.name}-{self.fingerprint[:16]}")
        if not self.folder.exists():
            self._unpack()
        self._distributions = {str(canonicalize_name(found.metadata["Name"])): found
                               for found in metadata.distributions(path=[str(self.folder)])}
        self._providers = {name: distribution for distribution in self._distributions
                           for name in self._provides(distribution)}

    def _unpack(self) -> None:
        partial = self.folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(self._locked.values()))
            file.flush()
            done = subprocess.run(
                [sys.executable, "-m", "pip", "-qq", "install", "--no-deps", "--no-compile",
                 "--require-hashes", "--only-binary=:all:", "--target", str(partial),
                 *self.target.pip_arguments, "-r", file.name], check=False)
        if done.returncode:
            shutil.rmtree(partial, ignore_errors=True)
            raise Refused("pip could not download what the zips hold; what it says is above.")
        if self.compiler:
            bytecode.compile_tree(self.compiler[0], partial)
        partial.rename(self.folder)

    def needed_for(self, names: Iterable[str]) -> dict[str, str]:
        """Return the distributions, name to version, that importing `names` takes."""
        needed: dict[str, str] = {}
        queue = []
        for name in sorted(set(names) - GIVEN_NAMES):
            if name not in self._providers:
                raise LookupError(f"{name} is imported, and no line of requirements.txt gives it")
            queue.append(self._providers[name])
        while queue:
            distribution = queue.pop()
            if distribution not in needed:
                needed[distribution] = self.pins[distribution]
                queue += self._requires(distribution)
        return dict(sorted(needed.items()))

    def _provides(self, distribution: str) -> set[str]:
        return {path.parts[0].split(".")[0] for path in self.files_of(distribution)
                if not path.parts[0].endswith(".dist-info")}

    def _requires(self, distribution: str) -> list[str]:
        found = [Requirement(text) for text in self._distributions[distribution].requires or []]
        return [str(canonicalize_name(requirement.name)) for requirement in found
                if requirement.marker is None
                or requirement.marker.evaluate({"extra": "", **self.target.markers})]

    def files_of(self, distribution: str) -> list[PurePath]:
        """Return the files that belong in a zip, relative to `folder`."""
        listed = [PurePath(path) for path in self._distributions[distribution].files or []]
        kept = [path for path in listed if _is_worth_shipping(path)]
        if self.compiler:
            tag = "cpython-" + "".join(self.compiler[1].split(".")[:2])
            bytecode_of = (path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc" for path in kept)
            kept += [path for path in bytecode_of if (self.folder / path).exists()]
        return kept


def compiler(target: Target) -> tuple[str, str] | None:
    """Return the command and full version of the Python that makes its bytecode, if any."""
    if not target.bytecode:
        return None
    return bytecode.this_python() if target.name == HOST.name else bytecode.lambda_python()


def _is_worth_shipping(path: PurePath) -> bool:
    """Licences travel with the code, and METADATA tells scanners what it is."""
    if path.parts[0] == ".." or path.parts[0] == "bin" or "__pycache__" in path.parts:
        return False
    if path.parts[0].endswith(".dist-info"):
        return bool(re.match(r"METADATA|LICEN[CS]E|COPYING|NOTICE|licenses$", path.parts[1]))
    return path.suffix not in {".pyi", ".h"} and path.name != "py.typed"


def locked(requirements: Path) -> dict[str, str]:
    """Return the lines of each distribution in a locked list, with its hashes, by name."""
    entries = re.finditer(r"^([\w.-]+)==(?:.*\\\n)*.*\n", requirements.read_text(), re.MULTILINE)
    return {canonicalize_name(entry[1]): entry[0] for entry in entries}


def _version(lines: str) -> str:
    return re.split(r"==|\s", lines)[1]


def _kept(name: str) -> Path:
    """Return the folder of the cache; that of an agent's image, if it has one of this name."""
    prepared = Path(os.environ.get("PREPARED") or ROOT, CACHE.relative_to(ROOT), name)
    return prepared if prepared.exists() else CACHE / name
