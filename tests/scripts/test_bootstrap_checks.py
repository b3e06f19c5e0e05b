"""What the machine must bring, and what pip and npm are told, before anything is installed."""

import socket
import sys
from collections.abc import Callable, Iterator
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
        bootstrap.install_node()

    told = (checkout / "npm-was-told").read_text().split()
    assert told[0] == "ci"
    assert {"--include=dev", "--ignore-scripts", "--global=false", "--dry-run=false",
            "--bin-links=true"} <= set(told)


def test_a_serverless_cli_that_npm_left_out_is_missed(checkout: Path) -> None:
    with pytest.raises(SystemExit, match="and osls is not there"):
        bootstrap.install_node()

    assert not (checkout / "node_modules" / "installed").exists()


@pytest.mark.parametrize("port", ["", "abc", "0", "70000", "-1", "4566 "])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(SystemExit, match="must be a number from 1 to 65535"):
        bootstrap.check_port(port)


@pytest.mark.parametrize(("answer", "said"), [
    ("echo v18.20.0", "and this is v18.20.0"), ("echo v20.18.9", "and this is v20.18.9"),
    ("exit 1", "does not say which one"), ("echo Debugger attached.", "does not say which one")])
def test_a_node_that_is_too_old_or_strange_is_refused(checkout: Path, answer: str, said: str
                                                      ) -> None:
    (checkout / "bin" / "node").write_text(f"#!/bin/sh\n{answer}\n")

    with pytest.raises(SystemExit, match=said):
        bootstrap.check_node()


@pytest.mark.parametrize("version", ["v20.19.0", "v22.0.0"])
def test_a_node_that_is_new_enough_is_taken(checkout: Path, version: str) -> None:
    (checkout / "bin" / "node").write_text(f"#!/bin/sh\necho {version}\n")

    bootstrap.check_node()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("record", [None, '{"pid": 1, "port": 1}', "{"])
def test_a_port_that_somebody_else_has_is_refused(checkout: Path, taken: int, record: str | None
                                                  ) -> None:
    if record:
        note_run(checkout, record)

    with pytest.raises(SystemExit, match=f"Port {taken} of 127.0.0.1 is in use"):
        bootstrap.check_port(str(taken))


def test_a_port_that_our_own_run_has_is_left_to_the_program(checkout: Path, taken: int) -> None:
    note_run(checkout, f'{{"pid": 1, "port": {taken}}}')

    bootstrap.check_port(str(taken))


def note_run(checkout: Path, record: str) -> None:
    (checkout / ".local" / "run").mkdir(parents=True)
    (checkout / ".local" / "run" / "running.json").write_text(record)
