"""The files that the pipeline of a function is about: those that start it, and what its checks
look at. `python -m scripts.included tests createSession` prints them, as the Makefile asks.

Both follow from what the function reaches (scripts/packing/reach.py), and from the programs that
pack its zip and run its steps.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path, PurePath

from scripts.checkout import ROOT
from scripts.packing import account_pages, reach
from scripts.serverless_yml import functions

# The rest of scripts/ is left out: it neither packs a zip nor runs a step of a pipeline.
PROGRAMS = (
    "scripts/step",
    "scripts/__init__.py",
    "scripts/bootstrap.py",
    "scripts/checkout.py",
    "scripts/deliver.py",
    "scripts/deployed_stage.py",
    "scripts/environment.py",
    "scripts/included.py",
    "scripts/last_words.py",
    "scripts/machine.py",
    "scripts/package.py",
    "scripts/serverless_yml.py",
    "scripts/delivery/*.py",
    "scripts/packing/*.py",
    "scripts/smoke/*.py",
    # The smoke checks of second factors and of sendMail.
    "shared/factors/__init__.py",
    "shared/factors/totp.py",
    "shared/mail/__init__.py",
    "shared/mail/errands.py",
    "shared/mail/notices.py",
)
# Tests that do not have the name and the folder of a file that they are about.
MORE_TESTS = {
    "scripts/bootstrap.py": ("tests/scripts/test_bootstrap_checks.py",),
    "scripts/checkout.py": ("tests/test_import_walls.py", "tests/scripts/test_requirements.py",
                            "tests/scripts/test_make.py"),
    "scripts/deliver.py": ("tests/scripts/test_failures.py", "tests/scripts/test_region.py"),
    "shared/sessions/lifecycle.py": ("tests/shared/sessions/test_session_machine.py",),
}


def patterns(module: str) -> list[str]:
    """Return what starts the pipeline of the function in `module`, as Go.cd's `includes`."""
    package, _, name = module.partition(".")
    reached = _reached(module)
    rooms = {f"{file.parent.as_posix()}/*.py" for file in reached} - {f"{package}/*.py"}
    pages = account_pages.SOURCES if account_pages.READER in reached else ()
    return [f"{package}/__init__.py", f"{package}/{name}.py", f"tests/{package}/test_{name}.py",
            *sorted(rooms), *pages, "requirements*.txt", *PROGRAMS]


def _reached(module: str) -> tuple[Path, ...]:
    return reach.of_function(ROOT, module).files


def sources(module: str) -> list[str]:
    """Return what the function in `module` reaches: its coverage is measured."""
    return sorted(file.as_posix() for file in _reached(module))


def tests(module: str) -> list[str]:
    """Return the function's own tests, those of each file that starts its pipeline, and those
    that all functions share. The latter run for this function alone."""
    package = module.partition(".")[0]
    own = {f"test_{name.partition('.')[2]}.py" for name in functions().values()}
    common = [file.relative_to(ROOT).as_posix()
              for file in (ROOT / "tests" / package).glob("test_*.py") if file.name not in own]
    files = [*_reached(module), *_programs()]
    return sorted({*common, *(test for file in files for test in _tests_of(file))})


def _tests_of(file: PurePath) -> Iterator[str]:
    mirrored = Path("tests", file.parent, f"test_{file.stem}.py")
    if (ROOT / mirrored).exists():
        yield mirrored.as_posix()
    yield from MORE_TESTS.get(file.as_posix(), ())


def _programs() -> Iterator[Path]:
    for pattern in PROGRAMS:
        yield from (file.relative_to(ROOT) for file in ROOT.glob(pattern)
                    if file.suffix == ".py")


def linted(module: str) -> list[str]:
    """Return the Python files that start the pipeline of the function, and their tests."""
    return sorted({*sources(module), *tests(module), *map(str, _programs())})


def main() -> None:
    kinds = {"tests": tests, "sources": sources, "linted": linted}
    parser = argparse.ArgumentParser(prog="python -m scripts.included",
                                     description="Print the files that a function's checks use.")
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("function")
    arguments = parser.parse_args()
    known = functions()
    if arguments.function not in known:
        parser.exit(1, f"There is no function {arguments.function}; "
                       f"there are {', '.join(known)}.\n")
    print(*kinds[arguments.kind](known[arguments.function]))


if __name__ == "__main__":
    main()
