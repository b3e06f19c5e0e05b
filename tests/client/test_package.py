"""What `npm pack` makes is small, complete and usable as it is."""

import gzip
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from tests.client.compiler import compiled
from tests.docs.pages import page
from tests.support.client_package import CLIENT, TOOLS

MOST_BYTES = 5_120
# As a bundler resolves packages, and as Node.js does.
RESOLUTIONS = (("esnext", "bundler"), ("nodenext", "nodenext"))


def test_the_package_holds_what_was_built_and_nothing_else(package: Path) -> None:
    modules = {file.stem for file in (CLIENT / "src").glob("*.ts")}

    with tarfile.open(package) as packed:
        held = {name.removeprefix("package/") for name in packed.getnames()}

    assert held == {"package.json", "README.md", "LICENSE"} | {
        f"dist/{module}{ending}" for module in modules for ending in (".js", ".d.ts")}


def test_its_license_is_that_of_the_repository() -> None:
    """npm packs no file from outside its folder, and no link."""
    assert (CLIENT / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_node_imports_it(project: Path) -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "--eval",
         "import * as all from 'session-api-client'; console.log(Object.keys(all).join())"],
        cwd=project, capture_output=True, text=True, check=True)

    assert done.stdout == "ApiError,createClient\n"


@pytest.mark.parametrize("module, resolution", RESOLUTIONS)
def test_a_strict_compiler_takes_every_use_and_refuses_misuse(
        project: Path, module: str, resolution: str) -> None:
    """A line that is marked as an error and is none is an error itself."""
    used = project / "every_use.ts"
    used.write_bytes((ROOT / "tests" / "client" / "every_use.ts").read_bytes())

    assert compiled(project, used, module=module, resolution=resolution) == ""


def test_all_of_it_is_small(project: Path) -> None:
    """As large as the page says at most, minified and gzipped."""
    everything = subprocess.run(
        [TOOLS / "esbuild", "--bundle", "--minify", "--format=esm"],
        input=b"export * from 'session-api-client'", cwd=project, capture_output=True, check=True)

    size = len(gzip.compress(everything.stdout, 9))

    assert 1_024 < size <= MOST_BYTES
    assert re.findall(r"at most (\d+) KB", page("clients/javascript/README.md")) == [
        str(MOST_BYTES // 1_024)]
