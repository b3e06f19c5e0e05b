"""A function's pipeline checks what starts it, and not what only others use."""

import subprocess

import pytest

from scripts import included, package
from scripts.checkout import ROOT
from tests.support.of_function import functions_named, is_about_others

GET_USER = "lambda_functions.get_user"


def test_a_functions_tests_are_its_own_and_those_of_what_it_reaches() -> None:
    tests = included.tests(GET_USER)

    assert {"tests/lambda_functions/test_get_user.py", "tests/lambda_functions/test_contract.py",
            "tests/shared/sign_in/test_owners.py", "tests/shared/test_errors.py",
            "tests/scripts/packing/test_reach.py", "tests/scripts/test_included.py",
            "tests/scripts/delivery/test_deploy.py"} <= set(tests)
    assert not [test for test in tests if "create_session" in test or "/mail/test_letters" in test
                or "operat" in test]


@pytest.mark.parametrize("module", package.functions().values())
def test_all_that_is_listed_is_there(module: str) -> None:
    files = [*included.tests(module), *included.sources(module), *included.linted(module)]

    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_test_of_a_module_that_is_packed_is_run_by_some_pipeline() -> None:
    run = {test for module in package.functions().values() for test in included.tests(module)}
    tests = {file.relative_to(ROOT).as_posix() for folder in ("shared", "lambda_functions")
             for file in (ROOT / "tests" / folder).rglob("test_*.py")}

    assert tests - run == set()


def test_what_has_tests_of_other_names_is_run_with_them_too() -> None:
    """Some of what a step says is tested with what other programs say."""
    assert {"tests/scripts/test_failures.py", "tests/scripts/test_region.py",
            "tests/scripts/test_requirements.py", "tests/scripts/test_bootstrap_checks.py"} <= set(
                included.tests(GET_USER))


def test_a_function_is_linted_with_its_tests_and_the_programs_of_its_steps() -> None:
    assert {"lambda_functions/get_user.py", "tests/lambda_functions/test_get_user.py",
            "shared/errors.py", "scripts/deliver.py", "tests/scripts/test_deliver.py"} <= set(
                included.linted(GET_USER))


def test_a_functions_coverage_is_that_of_what_it_reaches() -> None:
    sources = included.sources(GET_USER)

    assert {"lambda_functions/get_user.py", "shared/errors.py"} <= set(sources)
    assert "shared/sign_in/passwords.py" not in sources


@pytest.mark.parametrize("target", ["unit-test", "lint", "coverage"])
def test_a_check_of_no_function_fails(target: str) -> None:
    done = subprocess.run(["make", target, "FUNCTION=pong", "TOOLS="], cwd=ROOT,
                          capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "There is no function pong; there are authorizer," in done.stderr


def test_a_test_names_a_function_in_several_ways() -> None:
    handler = __import__(GET_USER, fromlist=["handler"]).handler

    for value in ("getUser", GET_USER, handler):
        assert functions_named({"x": value, "y": 1}) == {"getUser"}
        assert is_about_others({"x": value}, "ping")
        assert not is_about_others({"x": value}, "getUser")
    assert not is_about_others({"x": "other"}, "ping")
