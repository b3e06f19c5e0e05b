"""Nothing counts as installed because pip or npm said so: it has to be there."""

import fcntl
import sys
import threading
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.checkout import ROOT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new checkout, in which pip and npm install nothing and say nothing."""
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "npm").write_text("#!/bin/sh\nmkdir -p node_modules\n")
    (bin_folder / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    for program in bin_folder.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder), prepend=":")
    (tmp_path / "list.txt").write_text("surely-not-there==1.0\n")
    return tmp_path


def test_what_pip_put_elsewhere_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_venv_only(command: list[str], _complaint: str) -> None:
        if "venv" in command:
            (checkout / ".venv" / "bin").mkdir(parents=True)
            (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "run", make_venv_only)

    with pytest.raises(SystemExit, match="and surely-not-there==1.0 is not there"):
        bootstrap.install_python(".venv", "list.txt")

    assert not (checkout / ".venv" / "installed").exists()


def test_a_serverless_cli_that_npm_left_out_is_missed(checkout: Path) -> None:
    with pytest.raises(SystemExit, match="and osls is not there"):
        bootstrap.install_node()

    assert not (checkout / "node_modules" / "installed").exists()


def test_what_is_pinned_here_is_found() -> None:
    pins = bootstrap.pins(str(ROOT / "requirements-dev.txt"))
    lines = [line for name in ("requirements.txt", "requirements-dev.txt")
             for line in (ROOT / name).read_text().splitlines() if "==" in line]

    assert len(pins) == len(lines)
    bootstrap.require_installed(sys.executable, pins)


def test_another_version_is_not_what_was_pinned() -> None:
    with pytest.raises(SystemExit, match=r"and pytest==0\.1 is not there"):
        bootstrap.require_installed(sys.executable, ["pytest==0.1"])


def test_pins_are_read_with_hashes_and_left_where_a_marker_decides(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("# a==1\na==1.0 \\\n    --hash=sha256:00\nb[c,d]==2.0\ne==3 ; os_name == ''\n")

    assert bootstrap.pins(str(file)) == ["a==1.0", "b==2.0"]


@pytest.mark.parametrize("installed", [True, False])
def test_who_waits_for_another_command_need_not_install_again(
        checkout: Path, installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[bool] = []
    asked, stamped_at = threading.Event(), bootstrap.stamped_at

    def ask(home: str) -> float:
        answer = stamped_at(home)
        asked.set()
        return answer

    def wait_and_see() -> None:
        with bootstrap.turn(str(checkout)) as is_done:
            done.append(is_done)

    monkeypatch.setattr(bootstrap, "stamped_at", ask)
    with open(bootstrap.__file__) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=wait_and_see)
        waiting.start()
        assert asked.wait(5)
        if installed:
            bootstrap.stamp(str(checkout))
    waiting.join(5)

    assert done == [installed]


@pytest.mark.parametrize("port", ["", "abc", "0", "70000", "-1", "4566 "])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(SystemExit, match="must be a number from 1 to 65535"):
        bootstrap.check_port(port)


@pytest.mark.parametrize(("answer", "said"), [
    ("echo v18.0.0", "and this is v18.0.0"), ("exit 1", "does not say which one"),
    ("echo Debugger attached.", "does not say which one")])
def test_a_node_that_is_too_old_or_strange_is_refused(checkout: Path, answer: str, said: str
                                                      ) -> None:
    (checkout / "bin" / "node").write_text(f"#!/bin/sh\n{answer}\n")

    with pytest.raises(SystemExit, match=said):
        bootstrap.check_node()
