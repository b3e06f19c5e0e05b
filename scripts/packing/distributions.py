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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePath
from types import MappingProxyType

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.checkout import ROOT

REQUIREMENTS = ROOT / "requirements.txt"
CACHE = ROOT / ".local" / "distributions"

# boto3 comes with the Lambda runtime; the rest is there only because it needs them.
GIVEN_BY_LAMBDA = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "python-dateutil",
                             "six", "urllib3"})
GIVEN_NAMES = frozenset({"boto3", "botocore"})

LAMBDA_PYTHON = "3.13"
TASK_FOLDER = "/var/task"


@dataclass(frozen=True, slots=True)
class Target:
    """What depends on where a zip runs: pip's arguments, the values that environment markers are
    compared with, whether bytecode goes in, and how much zlib compresses, because a zip that
    stays on this machine need not be small."""

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
HOST = Target("host", (), {}, bytecode=False, compression_level=1)
TARGETS = {target.name: target for target in (AWS, HOST)}


class Site:
    """The pinned distributions, and those of `more` (name to version), unpacked for one target
    into a folder of the cache. Other pins, or another Python that runs them, get another
    folder."""

    def __init__(self, target: Target, more: Mapping[str, str] = MappingProxyType({})) -> None:
        self.target = target
        self.compiler = lambda_python() if target.bytecode else None
        self.pins = pins() | dict(more)
        key = [target.name, *target.pip_arguments, *(f"{n}=={v}" for n, v in self.pins.items()),
               str(self.compiler and self.compiler[1])]
        if target is HOST:
            key += [sys.implementation.cache_tag or "", platform.platform()]
        self.fingerprint = hashlib.sha256("\n".join(key).encode()).hexdigest()
        self.folder = CACHE / f"{target.name}-{self.fingerprint[:16]}"
        if not self.folder.exists():
            self._unpack()
        self._distributions = {str(canonicalize_name(found.metadata["Name"])): found
                               for found in metadata.distributions(path=[str(self.folder)])}

    def _unpack(self) -> None:
        partial = self.folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "-qq", "install", "--no-deps", "--no-compile",
             "--only-binary=:all:", "--target", str(partial), *self.target.pip_arguments,
             *(f"{name}=={version}" for name, version in self.pins.items())], check=True)
        if self.compiler:
            compile_tree(self.compiler[0], partial)
        partial.rename(self.folder)

    def needed_for(self, names: Iterable[str]) -> dict[str, str]:
        """Return the distributions, name to version, that importing `names` takes."""
        providers = {name: distribution for distribution in self._distributions
                     for name in self._provides(distribution)}
        needed: dict[str, str] = {}
        queue = []
        for name in sorted(set(names) - GIVEN_NAMES):
            if name not in providers:
                raise LookupError(f"{name} is imported, and no line of requirements.txt gives it")
            queue.append(providers[name])
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
            kept += [path for path in map(_bytecode_of, kept) if (self.folder / path).exists()]
        return kept


def _is_worth_shipping(path: PurePath) -> bool:
    """Licences travel with the code, and METADATA tells scanners what it is."""
    if path.parts[0] == ".." or path.parts[0] == "bin" or "__pycache__" in path.parts:
        return False
    if path.parts[0].endswith(".dist-info"):
        return bool(re.match(r"METADATA|LICEN[CS]E|COPYING|NOTICE|licenses$", path.parts[1]))
    return path.suffix not in {".pyi", ".h"} and path.name != "py.typed"


def _bytecode_of(path: PurePath) -> PurePath:
    tag = "cpython-" + LAMBDA_PYTHON.replace(".", "")
    return path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc"


def pins() -> dict[str, str]:
    """Return requirements.txt, name to version, without what Lambda gives."""
    lines = [line.split("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines()]
    pairs = [line.split("==") for line in lines if line]
    return {canonicalize_name(name): version for name, version in pairs
            if canonicalize_name(name) not in GIVEN_BY_LAMBDA}


def lambda_python() -> tuple[str, str] | None:
    """Return the command and full version of a Python that makes Lambda's bytecode, if any.

    pyenv's own `python3.13` only works in folders that name that version, so it is looked
    for among the versions that pyenv keeps.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv"))
    kept = sorted(map(str, pyenv.glob(f"versions/{LAMBDA_PYTHON}.*/bin/python{LAMBDA_PYTHON}")))
    for command in (f"python{LAMBDA_PYTHON}", sys.executable, *kept):
        try:
            version = subprocess.run(
                [command, "-c", "import platform; print(platform.python_version())"],
                check=True, capture_output=True, text=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            continue
        if version.startswith(f"{LAMBDA_PYTHON}."):
            return command, version
    return None


def compile_tree(command: str, folder: Path) -> None:
    """Write bytecode next to the sources. Lambda's folder is read-only, so it is never checked
    against them; a fixed hash seed makes the same sources give the same bytes."""
    subprocess.run(
        [command, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash",
         "-s", str(folder), "-p", TASK_FOLDER, str(folder)],
        check=True, env=os.environ | {"PYTHONHASHSEED": "0"})
