"""What a zip holds of others: only what has a known hash, and bytecode whatever the shell says."""

import shutil
import sys
from pathlib import Path

import pytest

from scripts import package
from scripts.checkout import Refused
from scripts.packing import bytecode, distributions
from scripts.packing.distributions import HOST, TARGETS, Site, Target
from tests.support.wheel import make_thing

LIST = """\
# Made by a tool.
a-b==1.0 \\
    --hash=sha256:00 \\
    --hash=sha256:01
C.d==2.0 ; python_version < '3' \\
    --hash=sha256:02
"""
SHELLS = {"PYTHONPYCACHEPREFIX": "elsewhere", "PYTHONDONTWRITEBYTECODE": "1",
          "PYTHONOPTIMIZE": "2", "PYTHONNODEBUGRANGES": "1", "PYTHONHASHSEED": "7",
          "PYTHONHOME": "/nowhere", "SOURCE_DATE_EPOCH": "1"}


def compiled(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    (folder / "module.py").write_text(
        '"""A docstring."""\nassert {"a", "b", "c", "d"}\nNAMES = frozenset({"e", "f"})\n')
    bytecode.compile_tree(sys.executable, folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*.pyc")}


@pytest.mark.parametrize("variable", SHELLS)
def test_bytecode_lies_beside_its_source_whatever_the_shell_says(
        variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = compiled(tmp_path / "plain")
    monkeypatch.setenv(variable, SHELLS[variable].replace("elsewhere", str(tmp_path / "else")))

    assert compiled(tmp_path / "odd") == plain
    assert list(plain) == [f"__pycache__/module.{sys.implementation.cache_tag}.pyc"]


def test_the_lines_of_a_list_are_read_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(LIST)

    found = distributions.locked(tmp_path / "list.txt")

    assert {name: (lines.split("==")[0], lines.count("--hash")) for name, lines in found.items()
            } == {"a-b": ("a-b", 2), "c-d": ("C.d", 1)}


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of one distribution, which is all that pip can find; nothing is unpacked yet."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "files"))
    monkeypatch.setattr(distributions, "REQUIREMENTS", tmp_path / "list.txt")
    monkeypatch.setattr(distributions, "ROOT", tmp_path)
    monkeypatch.setattr(distributions, "CACHE", tmp_path / "cache")
    (tmp_path / "list.txt").write_text(make_thing(tmp_path / "files"))
    return tmp_path / "list.txt"


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_what_was_pinned_is_unpacked(pins: Path, target: Target) -> None:
    assert Site(target).needed_for({"thing"}) == {"thing": "1.0"}


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_a_file_of_another_hash_is_refused(pins: Path, tmp_path: Path, target: Target,
                                           capfd: pytest.CaptureFixture[str]) -> None:
    pins.write_text(f"thing==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(Refused, match="pip could not download what the zips hold"):
        Site(target)
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
    assert not (tmp_path / "cache").exists()


def test_what_an_image_has_unpacked_is_taken_from_there(
        pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = Site(HOST).folder
    (tmp_path / "image").mkdir()
    (tmp_path / "cache").rename(tmp_path / "image" / "cache")
    monkeypatch.setenv("PREPARED", str(tmp_path / "image"))
    shutil.rmtree(tmp_path / "files")

    assert Site(HOST).folder == tmp_path / "image" / "cache" / unpacked.name


def test_without_lambdas_python_nothing_is_packed_unless_that_is_asked_for(
        pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "lambda_python", lambda: None)
    monkeypatch.setattr(package, "DIST", tmp_path / "dist")
    monkeypatch.setattr(sys, "argv", ["package", "ping"])

    with pytest.raises(SystemExit, match="takes a Python 3.13, and none was found: install one"):
        package.main()
    assert not (tmp_path / "dist").exists()
    monkeypatch.setattr(sys, "argv", ["package", "--bytecode", "no", "ping"])
    package.main()
    assert '"bytecode": null' in (tmp_path / "dist" / "aws" / "ping.json").read_text()
