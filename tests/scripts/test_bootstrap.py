"""What is installed is what the lists say, each file by its hash, and not twice."""

import os
from pathlib import Path

import pytest

from scripts import bootstrap
from tests.support.wheel import make_thing


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that wants one distribution, which is all that pip can find."""
    return checkout(tmp_path / "checkout", tmp_path, monkeypatch)


def checkout(root: Path, files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(files / "files"))
    monkeypatch.delenv("PREPARED", raising=False)
    monkeypatch.setattr(bootstrap, "ROOT", str(root))
    root.mkdir()
    (root / "list.txt").write_text(make_thing(files / "files"))
    return root


def install() -> None:
    bootstrap.install_python(".local/venv", "list.txt")


def has_thing(root: Path) -> bool:
    return bool(list(root.glob(".local/venv/lib/*/site-packages/thing.py")))


def test_a_list_is_installed_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install()
    os.utime(root / "list.txt")
    install()

    assert has_thing(root)
    assert capsys.readouterr().out == "Installing list.txt into .local/venv\n"


def test_another_list_is_installed_anew(root: Path) -> None:
    install()
    (root / ".local" / "venv" / "left-over").touch()
    (root / "list.txt").write_text((root / "list.txt").read_text() + "# Another.\n")
    install()

    assert not (root / ".local" / "venv" / "left-over").exists()


@pytest.mark.parametrize("line", ["thing==1.0", f"thing==1.0 --hash=sha256:{'0' * 64}"],
                         ids=["no hash", "another hash"])
def test_what_has_no_known_hash_is_not_installed(root: Path, line: str) -> None:
    (root / "list.txt").write_text(f"{line}\n")

    with pytest.raises(SystemExit, match="pip could not install list.txt"):
        install()
    assert not has_thing(root)
    assert not (root / ".local" / "venv" / "installed").exists()


@pytest.fixture
def image(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in an agent's image, where all is installed; pip finds nothing more."""
    install()
    root.rename(tmp_path / "image")
    root.mkdir()
    (root / "list.txt").write_text((tmp_path / "image" / "list.txt").read_text())
    monkeypatch.setenv("PREPARED", str(tmp_path / "image"))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path / "image"


def test_what_an_image_has_is_taken_from_there(root: Path, image: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    install()

    assert has_thing(root)
    assert (root / ".local" / "venv").resolve() == image / ".local" / "venv"
    assert capsys.readouterr().out == ""


def test_an_image_of_other_lists_is_left_alone(root: Path, image: Path) -> None:
    install()
    (root / "list.txt").write_text("# Nothing.\n")
    install()

    assert not (root / ".local" / "venv").is_symlink()
    assert not has_thing(root)
    assert has_thing(image)


def test_node_modules_of_the_image_are_taken_too(root: Path, image: Path) -> None:
    for folder in (root, image):
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_text("{}")
    (image / "node_modules").mkdir()
    (image / "node_modules" / "installed").write_text(
        bootstrap.fingerprint(["package.json", "package-lock.json"]))

    bootstrap.install_node()

    assert (root / "node_modules").resolve() == image / "node_modules"
