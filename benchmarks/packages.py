"""The functions as they are deployed: their zips, unpacked into a folder each.

The zips are built by scripts/package.py for this machine's processor, with bytecode as
those for Lambda have it. The naive twin and the empty function are unpacked likewise.
"""

import platform
import shutil
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.runtime import Runtime
from scripts import package
from scripts.checkout import ROOT
from scripts.packing import bytecode
from scripts.packing.distributions import AWS, HOST, Site, Target

HERE = Path(__file__).parent
# What the naive twin imports, as a zip of everything would hold it.
NAIVE_NAMES = {"bcrypt", "cryptography", "email_validator", "jwt", "pydantic", "zxcvbn"}
# Of these, what the service does without, at the versions that its tools use.
NAIVE_ONLY = ("pydantic", "annotated-types", "typing-inspection")


@dataclass(frozen=True, slots=True)
class Package:
    """A function ready to start: `folder` is its /var/task."""

    folder: Path
    handler: str
    zipped_bytes: int

    def named(self, name: str) -> "Package":
        """Return the package with the handler `name` of its module."""
        return replace(self, handler=f"{self.handler.rpartition('.')[0]}.{name}")


class Packages:
    """Unpacks into `folder`, for `runtime`."""

    def __init__(self, folder: Path, runtime: Runtime) -> None:
        self._folder, self._runtime = folder, runtime
        target = _target() if runtime.is_lambdas else HOST
        self._site = Site(target)
        self._naive_site = Site(target, NAIVE_ONLY)

    def ours(self, function: str) -> Package:
        module = package.functions()[function]
        built = ROOT / "dist" / "benchmark"
        package.build(function, module, self._site, built)
        archive, place = built / f"{function}.zip", self._folder / function
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(place)
        shutil.copy(HERE / "probe.py", place)
        if not self._site.compiler:
            self._compile(place)
        return Package(place, module.replace(".", "/") + ".handler", archive.stat().st_size)

    def empty(self) -> Package:
        place = self._folder / "empty"
        place.mkdir(parents=True)
        shutil.copy(HERE / "empty.py", place)
        self._compile(place)
        return Package(place, "empty.handler", _zipped_bytes(place))

    def naive(self) -> Package:
        """Return the twin of all functions, to be named after the one that is meant."""
        place = self._folder / "naive"
        place.mkdir(parents=True)
        shutil.copy(HERE / "naive" / "app.py", place)
        if self._site.compiler:
            self._compile(place)
        site = self._naive_site
        for distribution in site.needed_for(NAIVE_NAMES):
            for path in site.files_of(distribution):
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(site.folder / path, place / path)
        if not self._site.compiler:
            self._compile(place)
        return Package(place, "app.handler", _zipped_bytes(place))

    def _compile(self, place: Path) -> None:
        bytecode.compile_tree(str(self._runtime.python), place)


def _target() -> Target:
    """Return the target that is Lambda's in all but the processor."""
    machine = platform.machine()
    return replace(
        AWS, name="benchmark", markers=AWS.markers | {"platform_machine": machine},
        pip_arguments=tuple(argument.replace("aarch64", machine)
                            for argument in AWS.pip_arguments))


def _zipped_bytes(place: Path) -> int:
    archive = shutil.make_archive(str(place), "zip", place)
    return Path(archive).stat().st_size
