"""Each list that is installed names every file by its hash, and is what its *.in asks for."""

import ast
import importlib
import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from scripts.packing.distributions import locked

INPUTS = [path.relative_to(ROOT) for path in sorted(
    [*ROOT.glob("*.in"), *ROOT.glob("scripts/**/*.in"), *ROOT.glob("benchmarks/*.in"),
     *ROOT.glob("tests/*/*.in")])]
ENTRY = re.compile(r"[\w.-]+==[\w.]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n")
# What packs zips or runs with a stage's credentials, and all that it may import.
STEPS = sorted({"scripts.deliver", "scripts.deployed_stage", "scripts.package"} | {
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("delivery", "packing", "smoke")
    for path in (ROOT / "scripts" / folder).glob("[a-z]*.py")})
GIVEN = ("botocore", "dateutil", "jmespath", "packaging", "six", "urllib3", "yaml")
IMPORTS = """
import importlib, sys
sys.path[:0] = sys.argv[1:3]
for name in sys.argv[3:]:
    importlib.import_module(name)
from scripts import deliver
deliver.parser().format_help()
"""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_no_list_is_forgotten() -> None:
    recipe = re.search(r"LOCKED := ((?:.*\\\n)*.*)\n", (ROOT / "Makefile").read_text())

    assert recipe and sorted(recipe[1].replace("\\\n", "").split()) == sorted(
        path.with_suffix("").as_posix() for path in INPUTS)


@pytest.mark.parametrize("path", INPUTS, ids=str)
def test_a_list_pins_all_by_hash_and_names_no_registry(path: Path) -> None:
    lines = (ROOT / path.with_suffix(".txt")).read_text()
    entries = "".join(line for line in lines.splitlines(keepends=True) if line[0] != "#")

    assert locked(ROOT / path.with_suffix(".txt"))
    assert ENTRY.sub("", entries) == ""
    assert "://" not in lines


@pytest.mark.parametrize("path", INPUTS, ids=str)
def test_a_list_has_what_its_input_asks_for(path: Path) -> None:
    asked = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?(?:==(\S+))?$", (ROOT / path).read_text(),
                       re.MULTILINE)
    found = locked(ROOT / path.with_suffix(".txt"))

    assert asked
    for name, version in asked:
        assert found.get(normal(name), "").partition("==")[2].startswith(version), "run make pins"


def test_the_steps_run_what_the_tests_run() -> None:
    tested, installed = (locked(ROOT / f"requirements-{name}.txt") for name in ("dev", "delivery"))

    assert installed == {name: tested[name] for name in installed}


def test_the_steps_start_with_nothing_else_on_the_path(tmp_path: Path) -> None:
    """-I: no PYTHON variables, no user site; -S: no site-packages."""
    for name in GIVEN:
        file = Path(importlib.import_module(name).__file__ or "")
        (tmp_path / (file.name if name == "six" else name)).symlink_to(
            file if name == "six" else file.parent)

    done = subprocess.run([sys.executable, "-I", "-S", "-c", IMPORTS, tmp_path, ROOT, *STEPS],
                          capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    providers = importlib.metadata.packages_distributions()
    assert {normal(providers[name][0]) for name in GIVEN} == set(
        locked(ROOT / "requirements-delivery.txt"))


@pytest.mark.parametrize("module", STEPS)
def test_a_step_imports_nothing_else_later(module: str) -> None:
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
    nodes = list(ast.walk(tree))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {
        *GIVEN, "scripts", "shared"}


@pytest.mark.parametrize(("step", "program"), [
    ("package", "package"), *((step, f"deliver {step}") for step in (
        "deploy", "smoke", "promote", "rollback", "deploy-vpc"))])
def test_a_step_has_an_environment_of_its_own(step: str, program: str) -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", step, "FUNCTION=ping", "STAGE=dev"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert f".local/delivery-venv/bin/python -m scripts.{program}" in shown
    assert "requirements-dev" not in shown


@pytest.mark.parametrize("folder", [".", "clients/javascript", "pages", "tests/browser",
                                    "tests/verifiers", "examples/node"])
def test_packages_of_node_are_named_by_their_hash_alone(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    others = {name: package for name, package in packages.items() if name}

    assert others
    assert all(package.get("integrity", "").startswith("sha512-") for package in others.values())
    assert not any("resolved" in package for package in others.values())
