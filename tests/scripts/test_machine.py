"""What the machine must bring."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import machine


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new checkout, with a Node.js and an npm of its own."""
    monkeypatch.setattr(machine, "ROOT", str(tmp_path))
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name in ("node", "npm"):
        (bin_folder / name).touch(0o755)
    monkeypatch.setenv("PATH", str(bin_folder), prepend=":")
    return tmp_path


@pytest.mark.parametrize("port", ["", "abc", "0", "70000", "-1", "4566 "])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(SystemExit, match="must be a number from 1 to 65535"):
        machine.check_port(port)


@pytest.mark.parametrize(("answer", "said"), [
    ("echo v18.20.0", "and this is v18.20.0"), ("echo v20.18.9", "and this is v20.18.9"),
    ("exit 1", "does not say which one"), ("echo Debugger attached.", "does not say which one")])
def test_a_node_that_is_too_old_or_strange_is_refused(checkout: Path, answer: str, said: str
                                                      ) -> None:
    (checkout / "bin" / "node").write_text(f"#!/bin/sh\n{answer}\n")

    with pytest.raises(SystemExit, match=said):
        machine.check_node()


@pytest.mark.parametrize("version", ["v20.19.0", "v22.0.0"])
def test_a_node_that_is_new_enough_is_taken(checkout: Path, version: str) -> None:
    (checkout / "bin" / "node").write_text(f"#!/bin/sh\necho {version}\n")

    machine.check_node()


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
        machine.check_port(str(taken))


def test_a_port_that_our_own_run_has_is_left_to_the_program(checkout: Path, taken: int) -> None:
    note_run(checkout, f'{{"pid": 1, "port": {taken}}}')

    machine.check_port(str(taken))


def note_run(checkout: Path, record: str) -> None:
    (checkout / ".local" / "run").mkdir(parents=True)
    (checkout / ".local" / "run" / "running.json").write_text(record)
