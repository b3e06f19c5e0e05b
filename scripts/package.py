"""Build the functions' zips: `make package`, or `make package FUNCTION=createSession`.

dist/<target>/<function>.zip holds the function's module, the modules of shared/ it reaches
(scripts/packing/reach.py) and its third-party distributions, if it calls AWS, what botocore needs
to know for that (scripts/packing/service_data.py), and if it serves the account pages, those
(scripts/packing/account_pages.py). Its sha256 and a manifest are beside it.
Target `aws` is Lambda's Python on arm64; `host` is this machine, for the local stage.

The same sources, pins and Python give the same bytes: entries are sorted, and bear one date
and one mode. Zips carry bytecode, which more than halves a cold start. For `aws` it takes a
Python 3.13 (as python3.13, or running this); without one, zips that start slower are built only
when that is asked for, with `--bytecode no`, and the manifest says so.
"""

import argparse
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import botocore

from scripts.checkout import DIST as DIST
from scripts.checkout import ROOT, Refused
from scripts.packing import account_pages, bytecode, distributions, reach, service_data
from scripts.packing.distributions import Site, Target
from scripts.serverless_yml import functions as functions

# The first date that a zip can bear.
DATE = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE = 0o100644 << 16
# The programs that decide, beside a function's sources and the pins, what its zip holds.
MAKERS = (Path(__file__).resolve(), *sorted((ROOT / "scripts" / "packing").glob("*.py")))


def build(function: str, module: str, site: Site, folder: Path, root: Path = ROOT) -> bool:
    """Write the function's zip, sha256 and manifest; return False if they were up to date."""
    reached = reach.of_function(root, module)
    needed = site.needed_for(reached.foreign)
    pages = account_pages.files(reached.files, root)
    inputs = _fingerprint(root, reached, pages, needed, site)
    archive, manifest_path = folder / f"{function}.zip", folder / f"{function}.json"
    if archive.exists() and manifest_path.exists():
        if json.loads(manifest_path.read_text())["inputs"] == inputs:
            return False
    entries = _own_entries(root, reached, site) | _foreign_entries(needed, site) | pages
    if "botocore" in reached.foreign:
        entries |= service_data.files()
    content = _zip(entries, site.target.compression_level)
    digest = hashlib.sha256(content).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    manifest_path.unlink(missing_ok=True)
    archive.write_bytes(content)
    (folder / f"{function}.zip.sha256").write_text(f"{digest}  {function}.zip\n")
    manifest_path.write_text(json.dumps({
        "function": function,
        "handler": module.replace(".", "/") + ".handler",
        "target": site.target.name,
        "sha256": digest,
        "zipped_bytes": len(content),
        "unzipped_bytes": sum(map(len, entries.values())),
        "bytecode": site.compiler[1] if site.compiler else None,
        "modules": [path.as_posix() for path in reached.files],
        "distributions": needed,
        "inputs": inputs,
    }, indent=2) + "\n")
    return True


def _fingerprint(root: Path, reached: reach.Reach, pages: Mapping[str, bytes],
                 needed: Mapping[str, str], site: Site) -> str:
    digest = hashlib.sha256(site.fingerprint.encode())
    digest.update(botocore.__version__.encode())
    for path in [*MAKERS, *(root / file for file in reached.files)]:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for name, content in pages.items():
        digest.update(name.encode() + hashlib.sha256(content).digest())
    digest.update(json.dumps(needed).encode())
    return digest.hexdigest()


def _own_entries(root: Path, reached: reach.Reach, site: Site) -> dict[str, bytes]:
    sources = {path.as_posix(): (root / path).read_bytes() for path in reached.files}
    if not site.compiler:
        return sources
    with tempfile.TemporaryDirectory() as folder:
        for name, content in sources.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        bytecode.compile_tree(site.compiler[0], Path(folder))
        return {path.relative_to(folder).as_posix(): path.read_bytes()
                for path in Path(folder).rglob("*") if path.is_file()}


def _foreign_entries(needed: Mapping[str, str], site: Site) -> dict[str, bytes]:
    return {path.as_posix(): (site.folder / path).read_bytes()
            for distribution in needed for path in site.files_of(distribution)}


def _zip(entries: Mapping[str, bytes], level: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = REGULAR_FILE
            entry.create_system = 3  # Unix, whatever builds it
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, entries[name], compresslevel=level)
    return buffer.getvalue()


def _site(target: Target, with_bytecode: bool) -> Site:
    if not with_bytecode:
        target = replace(target, bytecode=False)
    elif target.bytecode and not distributions.compiler(target):
        raise Refused(
            f"Zips for Lambda hold bytecode, which takes a Python {bytecode.LAMBDA_PYTHON}, "
            "and none was found: install one, or build zips that start slower with "
            "`make package BYTECODE=no`.")
    return Site(target)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.package",
                                     description="Build the functions' zips into dist/.")
    parser.add_argument("--target", choices=sorted(distributions.TARGETS), default="aws")
    parser.add_argument("function", nargs="*", help="names such as createSession; none: all")
    parser.add_argument("--bytecode", choices=["yes", "no"], default="yes")
    arguments = parser.parse_args()
    known = functions()
    if unknown := set(arguments.function) - set(known):
        sys.exit(f"There is no function {', '.join(sorted(unknown))}; "
                 f"there are {', '.join(known)}.")
    try:
        site = _site(distributions.TARGETS[arguments.target], arguments.bytecode == "yes")
    except Refused as refusal:
        sys.exit(str(refusal))
    for function in arguments.function or known:
        built = build(function, known[function], site, DIST / site.target.name)
        manifest = json.loads((DIST / site.target.name / f"{function}.json").read_text())
        print(f"{function:20} {manifest['zipped_bytes'] / 1e6:6.2f} MB zipped "
              f"{manifest['unzipped_bytes'] / 1e6:6.2f} MB unzipped  "
              f"{'built' if built else 'up to date'}")


if __name__ == "__main__":
    main()
