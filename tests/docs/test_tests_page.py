"""tests/README.md has every folder, and the targets that it names run them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from tests.docs.pages import page, rows
from tests.support.cloud import Cloud

TESTS = ROOT / "tests"
ROWS = {folder.removesuffix("/"): targets for folder, _, _, targets in rows(page("tests/README.md"))
        if folder.endswith("/")}
WITHOUT_TESTS = {"support"}
# Whatever else needs moto asks for the fixture `cloud`, and so runs on DynamoDB Local too.
MOTO_ALONE = {
    "conftest.py": "makes that fixture, and copies for each test what moto has made once",
    "support/wire.py": "asks moto to answer, and sends to DynamoDB Local what moto does not",
    "support/moto_alone.py": "asks moto without the HTTP in between",
    "support/failures.py": "makes up answers in the shape in which moto gives them",
    "faults/conftest.py": "counts on tables that can be saved and put back between two trials",
    "faults/world.py": "saves those tables",
    "verifiers/conftest.py": "serves the same stages to all tests, one process after the other",
    "scripts/operating/test_rotation.py": "is of Secrets Manager, which DynamoDB Local has not",
    "shared/stores/test_ses.py": "reads the mail that moto's SES kept",
    "shared/stores/test_aws_clients.py": "looks at the settings of clients, and sends nothing",
}
# Tests that use a store themselves, some that do through another fixture, and some that do not.
SAMPLE = ("tests/shared/wiring/test_process.py", "tests/lambda_functions/test_get_user.py",
          "tests/shared/test_errors.py", "tests/dynamodb_local/test_units.py")
PLANNED = re.compile(r"^ {8}(tests/\S+::.+?)(?: \(fixtures used: (.+)\))?$", re.MULTILINE)


def test_every_folder_has_a_row() -> None:
    assert ROWS.keys() == {path.parent.name for path in TESTS.glob("*/__init__.py")}


@pytest.mark.parametrize("folder", sorted(ROWS.keys() - WITHOUT_TESTS))
def test_the_targets_of_a_row_run_its_folder(folder: str) -> None:
    targets = re.findall(r"make ([a-z-]+)", ROWS[folder])

    assert targets
    for target in targets:
        assert re.search(rf"tests[./]{folder}\b", commands(ROOT, target)), target


def test_a_folder_whose_tests_use_a_store_runs_on_dynamodb_local() -> None:
    """All that run offline: which of their tests use a store is asked of the fixtures."""
    offline = {folder for folder, targets in ROWS.items()
               if "make unit-test" in targets or "make evidence-test" in targets}

    assert offline
    for folder in offline:
        assert f"tests/{folder} " in commands(ROOT, "test-dynamodb-local"), folder


def test_the_tests_that_run_on_dynamodb_local_are_those_that_use_a_store() -> None:
    """The plan of a run says which fixtures each test uses, itself or through another."""
    planned = dict(PLANNED.findall(pytest_says("--setup-plan")))
    use_a_store = {test for test, fixtures in planned.items() if "cloud" in fixtures.split(", ")}

    selected = pytest_says("--collect-only", "--store", "dynamodb-local").splitlines()

    assert use_a_store and planned.keys() - use_a_store
    assert {line for line in selected if "::" in line} == use_a_store


def test_the_tables_are_where_the_option_says(cloud: Cloud, request: pytest.FixtureRequest
                                              ) -> None:
    """`make test-dynamodb-local` runs this test too, because it uses a store."""
    is_local = request.config.getoption("store") == "dynamodb-local"
    expected = (request.getfixturevalue("dynamodb_local") if is_local
                else "https://dynamodb.us-west-2.amazonaws.com")

    assert cloud.dynamodb.meta.endpoint_url == expected


def test_only_what_is_listed_uses_moto_by_itself() -> None:
    importing = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py")
                 if re.search(r"^(from|import) moto\b", path.read_text(encoding="utf-8"),
                              re.MULTILINE)}

    assert importing == MOTO_ALONE.keys()


def commands(root: Path, target: str) -> str:
    """Return the commands that make would run, with what they need made already."""
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target, "TOOLS=", "OSLS=", "EMULATOR="],
        cwd=root, capture_output=True, text=True, check=True).stdout


def pytest_says(*options: str) -> str:
    """Return what pytest prints of the sample, none of which is run."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, *SAMPLE],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
