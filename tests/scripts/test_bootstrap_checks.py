"""What pip and npm are told, and that nothing counts as installed because they say so."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import bootstrap
from tests.support.wheel import make_source, make_thing


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new checkout, in which pip and npm install nothing and say nothing."""
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "npm").write_text('#!/bin/sh\nmkdir -p node_modules\necho "$*" > npm-was-told\n')
    (bin_folder / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    for program in bin_folder.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder), prepend=":")
    (tmp_path / "list.txt").write_text("surely-not-there==1.0\n")
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def make_environment(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)


def test_what_pip_put_elsewhere_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda command, _complaint:
                        make_environment(checkout) if "venv" in command else None)

    with pytest.raises(SystemExit, match="and surely-not-there==1.0 is not there"):
        bootstrap.install_python(".venv", "list.txt")

    assert not (checkout / ".venv" / "installed").exists()


@pytest.mark.parametrize(("make", "has_hash", "said"), [
    (make_thing, True, "and thing==1.0 is not there"), (make_thing, False, "pip could not install"),
    (make_source, True, "pip could not install")],
    ids=["what may be installed", "without a hash", "to be built"])
def test_pip_is_told_to_refuse_what_has_no_hash_or_would_be_built(
        make: Callable[[Path], str], has_hash: bool, said: str, checkout: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what it would do, and does nothing, which is then missed."""
    run = bootstrap.run

    def run_dry(command: list[str], complaint: str) -> None:
        if "pip" in command:
            run([sys.executable, *command[1:], "--dry-run"], complaint)
        else:
            make_environment(checkout)

    monkeypatch.setattr(bootstrap, "run", run_dry)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout / "files"))
    line = make(checkout / "files")
    (checkout / "list.txt").write_text(line if has_hash else line.partition(" ")[0])

    with pytest.raises(SystemExit, match=said):
        bootstrap.install_python(".venv", "list.txt")


def test_npm_is_told_to_install_all_that_is_locked_and_to_run_none_of_it(checkout: Path) -> None:
    with pytest.raises(SystemExit):
        bootstrap.install_node(".", ".bin/osls")

    told = (checkout / "npm-was-told").read_text().split()
    assert told[0] == "ci"
    assert {"--include=dev", "--ignore-scripts", "--global=false", "--dry-run=false",
            "--bin-links=true"} <= set(told)


def test_a_serverless_cli_that_npm_left_out_is_missed(checkout: Path) -> None:
    with pytest.raises(SystemExit, match="installed package-lock.json, and osls is not there"):
        bootstrap.install_node(".", ".bin/osls")

    assert not (checkout / "node_modules" / "installed").exists()


def test_packages_of_another_folder_are_installed_there(checkout: Path,
                                                        capsys: pytest.CaptureFixture[str]
                                                        ) -> None:
    (checkout / "bin" / "npm").write_text(
        '#!/bin/sh\nmkdir -p tests/node_modules/jose\necho "$*" >> npm-was-told\n')
    (checkout / "tests").mkdir()
    for name in ("package.json", "package-lock.json"):
        (checkout / "tests" / name).write_text("{}")

    for _ in range(2):
        bootstrap.install_node("tests", "jose")

    [told] = (checkout / "npm-was-told").read_text().splitlines()
    assert "--prefix=tests" in told.split()
    assert capsys.readouterr().out == (
        "Installing tests/package-lock.json into tests/node_modules\n")


def test_packages_that_cannot_be_installed_are_named(checkout: Path) -> None:
    (checkout / "bin" / "npm").write_text("#!/bin/sh\nexit 1\n")

    with pytest.raises(SystemExit, match="^npm could not install package-lock.json.$"):
        bootstrap.install_node(".", "jose")
