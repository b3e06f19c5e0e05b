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

# In KB, minified and gzipped: of the client alone, and together with the account, the passkeys, or
# the way through the account pages.
MOST_KB = {"session-api-client": 5.0, "session-api-client/account": 5.5,
           "session-api-client/passkeys": 6.2, "session-api-client/account-pages": 5.5}
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


@pytest.mark.parametrize("entry, names", [("session-api-client", "ApiError,createClient"),
                                          ("session-api-client/account", "accountOf"),
                                          ("session-api-client/passkeys",
                                           "arePasskeysSupported,passkeysOf"),
                                          ("session-api-client/account-pages",
                                           "accountPagesOf")])
def test_node_imports_it(project: Path, entry: str, names: str) -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "--eval",
         f"import * as all from '{entry}'; console.log(Object.keys(all).join())"],
        cwd=project, capture_output=True, text=True, check=True)

    assert done.stdout == f"{names}\n"


@pytest.mark.parametrize("module, resolution", RESOLUTIONS)
def test_a_strict_compiler_takes_every_use_and_refuses_misuse(
        project: Path, module: str, resolution: str) -> None:
    """A line that is marked as an error and is none is an error itself."""
    used = project / "every_use.ts"
    used.write_bytes((ROOT / "tests" / "client" / "every_use.ts").read_bytes())

    assert compiled(project, used, module=module, resolution=resolution) == ""


@pytest.mark.parametrize("entry", MOST_KB)
def test_it_is_small(project: Path, entry: str) -> None:
    """Nobody who has another entry point can do without the client, which is part of its figure."""
    bundled = subprocess.run(
        [TOOLS / "esbuild", "--bundle", "--minify", "--format=esm"],
        input=f"export * from 'session-api-client'; export * from '{entry}'".encode(),
        cwd=project, capture_output=True, check=True)

    size = len(gzip.compress(bundled.stdout, 9))

    assert 1_024 < size <= MOST_KB[entry] * 1_024


def test_the_page_says_how_small_it_is() -> None:
    said = re.findall(r"at most ([\d.]+) KB", page("clients/javascript/README.md"))

    assert [float(kb) for kb in said] == list(MOST_KB.values())
