"""A change of any file that decides a function's zip, or runs a step of its pipeline, starts
the pipeline; a change of another program does not, and no pipeline waits for a file that is
not there."""

import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import package, pipelines
from scripts.checkout import ROOT
from scripts.delivery import whole_service
from scripts.packing import account_pages, reach

PIPELINES = yaml.safe_load(pipelines.text())["pipelines"]
# Beside its sources, a zip is decided by the pins and by the programs that pack it.
PACKING = ("requirements.txt",
           *(path.relative_to(ROOT).as_posix() for path in package.MAKERS))
# What Go.cd calls, and what makes the virtual environment that the programs run in.
BEGINNING = {"scripts/step", "scripts/bootstrap.py", "scripts/machine.py"}
LOADED = """
import sys
import scripts.deliver, scripts.included, scripts.package
for name, module in sys.modules.items():
    if name.partition(".")[0] in ("scripts", "shared"):
        print(module.__file__)
"""


def pattern(include: str) -> re.Pattern[str]:
    """Return Go.cd's `include` as a regular expression: ** is for folders, * for a name."""
    parts = {"**/": "(?:[^/]+/)*", "*": "[^/]*"}
    return re.compile("".join(parts.get(part) or re.escape(part)
                              for part in re.split(r"(\*\*/|\*)", include)))


def unmatched(includes: list[str], files: list[str]) -> list[str]:
    patterns = [pattern(include) for include in includes]
    return [file for file in files if not any(found.fullmatch(file) for found in patterns)]


def packed(function: str) -> list[str]:
    reached = reach.of_function(ROOT, package.functions()[function])
    return [*(path.as_posix() for path in reached.files), *PACKING]


def programs() -> set[str]:
    """Return the files that packing a zip and the steps of a pipeline run."""
    shown = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True,
                           text=True, check=True).stdout
    return BEGINNING | {Path(line).relative_to(ROOT).as_posix() for line in shown.splitlines()}


def idle(pipelines: dict[str, Any]) -> list[str]:
    """Return the includes that no file matches, each after its pipeline."""
    return [f"{name}: {include}" for name, pipeline in pipelines.items()
            for material in pipeline["materials"].values()
            for include in material.get("includes", [])
            if not any(path.is_file() for path in ROOT.glob(include))]


@pytest.mark.parametrize("function", whole_service.functions())
def test_a_change_of_any_packed_file_starts_the_pipeline(function: str) -> None:
    includes = PIPELINES[function]["materials"][function]["includes"]

    assert unmatched(includes, packed(function)) == []


def test_of_all_programs_those_that_pack_or_run_a_step_start_the_pipelines() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts").rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}
    needed = programs()

    for function in whole_service.functions():
        includes = PIPELINES[function]["materials"][function]["includes"]
        assert set(unmatched(includes, sorted(files))) == files - needed, function
        assert unmatched(includes, sorted(needed)) == [], function
    assert {"scripts/packing/service_data.py", "scripts/delivery/rollback.py",
            "scripts/smoke/checks.py"} <= needed
    assert not {"scripts/run.py", "scripts/operate.py", "scripts/operating/people.py",
                "scripts/local/emulator.py"} & needed


@pytest.mark.parametrize("function", whole_service.functions())
def test_a_change_of_a_functions_own_tests_starts_its_pipeline(function: str) -> None:
    includes = PIPELINES[function]["materials"][function]["includes"]
    module = package.functions()[function].split(".")[1]

    assert unmatched(includes, [f"tests/lambda_functions/test_{module}.py"]) == []


@pytest.mark.parametrize("function", whole_service.functions())
def test_a_change_of_another_function_does_not_start_the_pipeline(function: str) -> None:
    includes = PIPELINES[function]["materials"][function]["includes"]
    others = [f"lambda_functions/{module.split('.')[1]}.py"
              for name, module in package.functions().items() if name != function]

    assert unmatched(includes, others) == others


@pytest.mark.parametrize(("function", "files"), [
    ("ping", ["shared/accounts/sign_up.py", "shared/sign_in/passwords.py", "shared/mail/links.py"]),
    ("getUser", ["shared/mail/links.py", "shared/accounts/deletion.py"]),
    ("createSession", ["shared/accounts/sign_up.py", "shared/accounts/deletion.py"])])
def test_a_change_in_a_room_that_it_does_not_reach_does_not_start_the_pipeline(
        function: str, files: list[str]) -> None:
    assert all((ROOT / file).is_file() for file in files)

    assert unmatched(PIPELINES[function]["materials"][function]["includes"], files) == files


def test_a_change_of_a_page_starts_the_pipeline_of_its_function_and_no_other() -> None:
    """The pages are built on the sources of the client library."""
    files = [path.relative_to(ROOT).as_posix() for path in account_pages.sources()]

    assert {"pages/build.mjs", "pages/package-lock.json", "pages/messages/ar.json",
            "pages/src/main.ts", "clients/javascript/src/client.ts"} <= set(files)
    for function in whole_service.functions():
        includes = PIPELINES[function]["materials"][function]["includes"]
        assert unmatched(includes, files) == ([] if function == "getPage" else files), function


def test_a_file_that_no_pattern_matches_is_found() -> None:
    assert unmatched(["shared/*", "lambda_functions/ping.py"],
                     ["shared/stores/table.py", "shared/errors.py"]) == ["shared/stores/table.py"]


def test_every_include_matches_a_file() -> None:
    assert idle(PIPELINES) == []


@pytest.mark.parametrize("include", [
    "tests/lambda_functions/test_pong.py", "tests/lambda_functions", "share/**/*",
    "scripts/*.rb"], ids=["no such file", "a folder", "no such folder", "no file of the kind"])
def test_an_include_that_matches_no_file_is_found(include: str) -> None:
    broken = deepcopy(PIPELINES)

    broken["ping"]["materials"]["ping"]["includes"].append(include)

    assert f"ping: {include}" in idle(broken)
