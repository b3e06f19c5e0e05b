"""What is installed is what the lists say, each file by its hash, and not twice."""

import fcntl
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.checkout import ROOT
from tests.support.wheel import make_thing

VENV = Path(".local", "venv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout whose list, of one distribution, is installed; pip can find nothing else."""
    files, root = (tmp_path_factory.mktemp(name) for name in ("files", "made"))
    (root / "list.txt").write_text(make_thing(files / "thing"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(files / "thing"))
        patch.delenv("PREPARED", raising=False)
        patch.setattr(bootstrap, "ROOT", str(root))
        install()
        yield root


@pytest.fixture
def root(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that checkout."""
    shutil.copytree(made, tmp_path / "checkout", symlinks=True)
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path / "checkout"))
    return tmp_path / "checkout"


@pytest.fixture
def image(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same in an agent's image; nothing is installed in the checkout itself."""
    shutil.copytree(root, tmp_path / "image", symlinks=True)
    shutil.rmtree(root / VENV)
    monkeypatch.setenv("PREPARED", str(tmp_path / "image"))
    return tmp_path / "image"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be installed."""
    monkeypatch.setattr(bootstrap, "run", lambda _command, complaint: sys.exit(complaint))


def install() -> None:
    bootstrap.install_python(str(VENV), "list.txt")


def has_thing(root: Path) -> bool:
    return bool(list(root.glob(f"{VENV}/lib/*/site-packages/thing.py")))


@pytest.mark.usefixtures("offline")
def test_a_list_is_installed_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.utime(root / "list.txt")
    install()

    assert has_thing(root)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("offline")
def test_another_list_is_installed_anew(root: Path) -> None:
    (root / "list.txt").write_text((root / "list.txt").read_text() + "# Another.\n")

    for _ in range(2):
        with pytest.raises(SystemExit):
            install()
    assert not (root / VENV).exists()


def test_a_file_of_another_hash_is_not_installed(root: Path) -> None:
    (root / "list.txt").write_text(f"thing==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(SystemExit, match="pip could not install list.txt"):
        install()
    assert not has_thing(root)
    assert not (root / VENV / "installed").exists()


@pytest.mark.usefixtures("offline")
def test_what_an_image_has_is_taken_from_there(root: Path, image: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    install()

    assert has_thing(root)
    assert (root / VENV).resolve() == image / VENV
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("offline")
def test_an_image_of_other_lists_is_left_alone(root: Path, image: Path) -> None:
    install()
    (root / "list.txt").write_text("# Nothing.\n")

    with pytest.raises(SystemExit):
        install()
    assert not os.path.lexists(root / VENV)
    assert has_thing(image)


@pytest.mark.usefixtures("offline")
def test_node_modules_of_an_image_are_taken_too(root: Path, image: Path) -> None:
    for folder in (root, image):
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_text("{}")
    (image / "node_modules" / ".bin").mkdir(parents=True)
    (image / "node_modules" / ".bin" / "osls").touch(0o755)
    (image / "node_modules" / "installed").write_text(
        bootstrap.fingerprint(["package.json", "package-lock.json"]))

    bootstrap.install_node(".", ".bin/osls")

    assert (root / "node_modules").resolve() == image / "node_modules"


def test_what_is_pinned_here_is_found() -> None:
    pins = bootstrap.pins(str(ROOT / "requirements-dev.txt"))
    lines = [line for line in (ROOT / "requirements-dev.txt").read_text().splitlines()
             if "==" in line and ";" not in line]

    assert len(pins) == len(lines)
    bootstrap.require_installed(sys.executable, pins)


def test_another_version_is_not_what_was_pinned() -> None:
    with pytest.raises(SystemExit, match=r"and pytest==0\.1 is not there"):
        bootstrap.require_installed(sys.executable, ["pytest==0.1"])


def test_pins_are_read_with_hashes_and_left_where_a_marker_decides(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("# a==1\na==1.0 \\\n    --hash=sha256:00\nb[c,d]==2.0\ne==3 ; os_name == ''\n")

    assert bootstrap.pins(str(file)) == ["a==1.0", "b==2.0"]


@pytest.mark.usefixtures("offline")
def test_who_waits_for_another_command_need_not_install_again(root: Path) -> None:
    with open(bootstrap.__file__) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        stamp = (root / VENV / "installed").read_text()
        (root / VENV / "installed").unlink()
        waiting = threading.Thread(target=install)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        (root / VENV / "installed").write_text(stamp)
    waiting.join(5)

    assert not waiting.is_alive() and has_thing(root)


@pytest.mark.usefixtures("offline")
def test_an_environment_whose_python_is_gone_is_installed_anew(root: Path) -> None:
    (root / VENV / "bin" / "python").unlink()

    with pytest.raises(SystemExit):
        install()
