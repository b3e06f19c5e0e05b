"""A stage in the emulator is deployed anew when what it is made from has changed."""

from pathlib import Path

from scripts.local.emulator import Emulator
from scripts.local.stack import LocalStack


def fingerprint(folder: Path, port: int = 4566, stage: str = "local", **parameters: str) -> str:
    return LocalStack(Emulator(folder, port), stage, parameters)._fingerprint()


def test_another_address_or_parameter_is_another_deployment(tmp_path: Path) -> None:
    """Tokens name the address."""
    one = fingerprint(tmp_path / "here")

    assert one == fingerprint(tmp_path / "there")
    assert len({one, fingerprint(tmp_path, 4600), fingerprint(tmp_path, bcryptCost="4")}) == 3


def test_only_stage_local_is_told_its_address(tmp_path: Path) -> None:
    """The emulator gives an API of another stage an id of its own choice."""
    emulator = Emulator(tmp_path, 4566)

    assert LocalStack(emulator).parameters == {
        "localAddress": "http://127.0.0.1:4566/_aws/execute-api/session-api/local",
        "mailLinkUrl": "http://localhost:4566/_aws/execute-api/session-api/local/account"}
    assert LocalStack(emulator, "dev").parameters == {}
