"""The Make targets hand on what people type as they typed it, and find the programs of scripts/,
whatever the shell says to Python."""

import json
import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from scripts.environment import HARMLESS
from tests.docs.pages import page, sections

# Prints the words and the variables that it was given.
ECHO = """#!/usr/bin/env python3
import json, os, sys
print(json.dumps([sys.argv[1:], dict(os.environ)]))
"""
# Says that it was asked to end.
WAITING = """#!/usr/bin/env python3
import os, signal
def end(*_):
    os.write(1, b"ended\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
signal.alarm(30)
os.write(1, b"waiting\\n")
while True:
    signal.pause()
"""
# The first is all that Make or a shell reads as its own.
ODD = ["$5 \"hi\" it's `id` a\\b $(shell id) ${HOME} $$ #1 a=b, c; d & e | f > g % Süß ✓\\",
       "two\nlines", "-x", "*"]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Return the folder of a Python that shows its arguments."""
    (tmp_path / "python").write_text(ECHO)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def started(folder: Path, *typed: str, **environment: str) -> "subprocess.Popen[str]":
    """Return `make` with what was typed after it, which runs the Python of that folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.Popen(
        ["make", "--no-print-directory", "TOOLS=", "STEPS=", "OSLS=", "EMULATOR=",
         "PAGES=", "BOOTSTRAP=true", f"VENV={folder}", f"DELIVERY={folder}", *typed],
        cwd=ROOT, env=ours | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)


def given(folder: Path, *typed: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """Return what a program is given for what was typed after `make`."""
    with started(folder, *typed, **environment) as make:
        output, errors = make.communicate()
    assert make.returncode == 0, errors
    arguments, variables = json.loads(output)
    return arguments[2:], variables


@pytest.mark.parametrize("misleading", [
    {"PYTHONSAFEPATH": "1", "PYTHONHOME": "/nowhere", "PYTHONOPTIMIZE": "2", "PYTHONPATH": "tests",
     "PYTHONWARNINGS": "error", "PYTHONPYCACHEPREFIX": "/nowhere"},
    {"MAKEFLAGS": "-j8", "CDPATH": "/", "COLUMNS": "3", "SHELL": "/bin/false", "TMPDIR": "/gone"},
    {}], ids=["Python", "make", "empty"])
def test_a_program_runs_whatever_the_shell_says(misleading: dict[str, str]) -> None:
    environment = {"PATH": os.environ["PATH"], **misleading}

    done = subprocess.run(["make", "cost", "ARGS=--users 1000"], cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", ODD)
def test_a_name_is_handed_on_as_it_was_typed(words: Path, text: str) -> None:
    arguments, _ = given(words, "client", "STAGE=dev", "ID=web", f"NAME={text}")

    assert arguments == ["client", "add", "--stage=dev", "--id=web", f"--name={text}"]


def test_what_a_client_must_prove_is_handed_on(words: Path) -> None:
    arguments, _ = given(words, "client", "STAGE=dev", "ID=web", "POSSESSION=required")

    assert arguments == ["client", "add", "--stage=dev", "--id=web", "--possession=required"]


@pytest.mark.parametrize("text", ODD)
def test_where_pages_lead_back_to_is_handed_on_as_it_was_typed(words: Path, text: str) -> None:
    arguments, _ = given(words, "client", "STAGE=dev", "ACTION=redirects", "ID=web",
                         f"REDIRECT_URIS={text}")

    assert arguments == ["client", "redirects", "--stage=dev", "--id=web",
                         f"--redirect-uris={text}"]


@pytest.mark.parametrize("text", ODD)
def test_so_are_files_and_stages(words: Path, text: str) -> None:
    arguments, _ = given(words, "import-users", f"FILE={text}", f"STAGE={text}")

    assert arguments == ["import-users", f"--stage={text}", f"--file={text}"]


@pytest.mark.parametrize("text", ODD)
def test_parameters_and_functions_get_to_the_steps_by_the_environment(words: Path, text: str
                                                                      ) -> None:
    arguments, variables = given(words, "deploy", f"PARAMS=a={text}", f"FUNCTION={text}",
                                 "STAGE=dev")

    assert arguments == ["deploy"]
    assert (variables["PARAMS"], variables["FUNCTION_NAME"]) == (f"a={text}", text)


@pytest.mark.parametrize(("action", "handed_on"), [
    ("", ["client", "add", "--stage=dev", "--id="]),
    ("disable", ["client", "disable", "--stage=dev", "--id="]),
    ("list", ["client", "list", "--stage=dev"])])
def test_a_client_id_is_handed_on_where_one_is_needed(words: Path, action: str,
                                                      handed_on: list[str]) -> None:
    """Also an empty one, so that the program can ask for it."""
    assert given(words, "client", "STAGE=dev", f"ACTION={action}")[0] == handed_on


@pytest.mark.parametrize(("typed", "handed_on"), [
    (["EMAIL=ada@example.org"], ["show", "--email=ada@example.org", "--id=", "--role="]),
    (["ID=u-ada", "ROLE=b:$5"], ["show", "--email=", "--id=u-ada", "--role=b:$5"]),
    (["ACTION=trail", "ID=u", "SINCE=1$5h"],
     ["trail", "--email=", "--id=u", "--role=", "--since=1$5h"]),
    (["ACTION=end-everything"], ["end-everything", "--email=", "--id=", "--role="])])
def test_whatever_is_to_be_done_to_a_person_all_that_was_typed_is_handed_on(
        words: Path, typed: list[str], handed_on: list[str]) -> None:
    action, *who = handed_on
    assert given(words, "person", "STAGE=dev", *typed)[0] == [
        "person", action, "--stage=dev", *who]


def test_the_address_of_whoever_types_is_nobody_elses(words: Path) -> None:
    """Many people have their own in the environment as EMAIL, where Git looks for it."""
    arguments, _ = given(words, "person", "STAGE=dev", ACTION="grant-role", EMAIL="me@example.org",
                         ID="501", ROLE="admin", SINCE="1h")

    assert arguments == ["person", "show", "--stage=dev", "--email=", "--id=", "--role="]


def test_the_name_of_a_machine_is_no_name_of_a_client(words: Path) -> None:
    """Linux on Windows puts it into the environment as NAME."""
    assert "--name=" not in " ".join(given(words, "client", "ID=web", NAME="laptop")[0])


@pytest.mark.parametrize(("typed", "port"), [
    ([], "4566"), (["PORT="], "4566"), (["PORT=4600"], "4600")])
def test_a_port_that_is_empty_is_the_usual_one(words: Path, typed: list[str], port: str) -> None:
    assert given(words, "run", *typed)[0] == ["--port", port]


@pytest.mark.parametrize(("variables", "handed_on"), [
    ([], ["rotate-signing-key", "--stage=dev"]),
    (["REVOKE=1"], ["rotate-signing-key", "--stage=dev", "--revoke"])])
def test_a_key_is_revoked_only_when_that_is_asked_for(words: Path, variables: list[str],
                                                      handed_on: list[str]) -> None:
    assert given(words, "rotate-signing-key", "STAGE=dev", *variables)[0] == handed_on


@pytest.mark.parametrize("target", ["deploy", "smoke", "promote", "rollback", "deploy-vpc",
                                    "client", "person", "export-users", "rotate-pepper"])
def test_a_region_that_was_typed_is_handed_on_and_no_other(words: Path, target: str) -> None:
    """Something in the environment may be called REGION."""
    def handed_on(*typed: str) -> list[str]:
        return given(words, target, "STAGE=dev", "FUNCTION=ping", *typed, REGION="eu-west-1")[0]

    assert "--region=eu-north-1" in handed_on("REGION=eu-north-1")
    assert not any("region" in word for word in handed_on())


def test_whatever_a_step_reads_is_handed_on_as_it_was_typed(words: Path) -> None:
    steps = sections(page("pipelines.md"))["The steps by hand"]
    names = {name for row in re.findall(r"^\| (`[A-Z].*?) \|", steps, re.MULTILINE)
             for name in re.findall(r"`([A-Z_]+)`", row)} - {"KEPT", "UNCHECKED"}
    assert {"SMOKE_PASSWORD", "DIST", "PARAMS"} <= names

    _, variables = given(words, "smoke", "STAGE=dev", *(f"{name}=Cash $5 app" for name in names))

    assert {name: variables[name] for name in names} == dict.fromkeys(names, "Cash $5 app")


@pytest.mark.parametrize(("typed", "environment", "revokes"), [
    (["REVOKE=yes"], {}, True), (["REVOKE=1"], {}, True), (["REVOKE=no"], {}, False),
    ([], {"REVOKE": "yes"}, False)])
def test_a_switch_is_on_only_where_somebody_has_typed_yes(
        words: Path, typed: list[str], environment: dict[str, str], revokes: bool) -> None:
    handed_on, _ = given(words, "rotate-signing-key", "STAGE=dev", *typed, **environment)

    assert ("--revoke" in handed_on) is revokes


def test_a_switch_that_is_neither_yes_nor_no_is_refused() -> None:
    done = subprocess.run(["make", "rotate-signing-key", "REVOKE=maybe"], cwd=ROOT,
                          capture_output=True, text=True, check=False)

    assert done.returncode and "REVOKE is yes or no" in done.stderr


def test_python_variables_that_do_no_harm_are_the_same_everywhere() -> None:
    kept = re.search(r"filter-out PYTHON PYTHON_% ((?:[A-Z0-9]+[ \\\n\t]*)+),",
                     (ROOT / "Makefile").read_text())

    assert kept and set(kept[1].replace("\\", "").split()) == HARMLESS


def ended(make: subprocess.Popen[str]) -> str:
    """Return what is printed once make is told to end. On a busy machine the program may run before
    make has noted that it started it, so that the first signal does not reach it."""
    for _ in range(20):
        make.terminate()
        with suppress(subprocess.TimeoutExpired):
            return make.communicate(timeout=1)[0]
    raise AssertionError("what make runs has not ended")


@pytest.mark.parametrize("target", [
    "run", "unit-test", "model", "load", "bench", "cost", "timing", "package", "client",
    "person", "rotate-signing-key", "rotate-pepper", "import-users", "export-users", "mail",
    "openapi", "pipelines", "deploy", "smoke", "promote", "rollback", "deploy-vpc"])
def test_what_stops_make_stops_what_it_runs(words: Path, target: str) -> None:
    """Make hands a SIGTERM on to what it has started itself. A shell in between would die alone,
    and leave, say, the whole stack running."""
    (words / "python").write_text(WAITING)

    with started(words, target, "STAGE=dev", "FUNCTION=") as make:
        assert make.stdout is not None
        while make.stdout.readline() != "waiting\n":
            assert make.poll() is None
        output = ended(make)

    assert output == "ended\n"
