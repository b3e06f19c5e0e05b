"""`make mutants` chooses what has changed, and fails when a chosen mutant survives."""

import subprocess
from pathlib import Path

import pytest

from scripts import mutants

VERDICTS = {"shared.a.x__mutmut_1": "killed", "shared.a.x__mutmut_2": "survived",
            "shared.b.x__mutmut_1": "no tests", "shared.b.x__mutmut_2": "timeout"}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the mutants whose diffs are shown."""
    names: list[str] = []
    monkeypatch.setattr(mutants, "results", lambda: VERDICTS)
    monkeypatch.setattr(mutants, "mutmut", lambda _show, name: names.append(name))
    return names


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout on a branch that has just left main."""
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    for name in ("shared/same.py", "shared/edited.py", "shared/gone.py", "tests/edited.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("A = 1\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Begin")
    git(tmp_path, "switch", "-q", "-c", "work")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org",
                    *arguments], cwd=folder, check=True)


def test_the_modules_that_changed_are_chosen(checkout: Path) -> None:
    (checkout / "shared" / "edited.py").write_text("A = 2\n")
    (checkout / "shared" / "gone.py").unlink()
    (checkout / "shared" / "new.py").write_text("A = 1\n")
    (checkout / "tests" / "edited.py").write_text("A = 2\n")

    assert sorted(mutants.changed("main")) == ["shared.edited", "shared.new"]


def test_a_mutant_that_survives_or_that_nothing_tests_is_shown(shown: list[str]) -> None:
    assert not mutants.report(set(VERDICTS))
    assert shown == ["shared.a.x__mutmut_2", "shared.b.x__mutmut_1"]


def test_only_chosen_mutants_count(shown: list[str]) -> None:
    assert mutants.report({"shared.a.x__mutmut_1", "shared.b.x__mutmut_2"})
    assert shown == []
