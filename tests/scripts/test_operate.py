"""The operators' tool says in a sentence what it cannot do."""

from pathlib import Path
from typing import Any

import pytest

from scripts import operate
from scripts.operating import people
from shared.wiring.services import Services

FOLDER, NOWHERE, LOOP, TAKEN = "folder", "nowhere/users.jsonl", "loop", "taken.jsonl"


@pytest.fixture
def files(tmp_path: Path, services: Services, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of all kinds, and a stage over moto."""
    monkeypatch.setattr(operate, "_people_stores",
                        lambda _arguments: (services.user_store, services.identity_store))
    monkeypatch.setattr(operate, "_destination", lambda _arguments: people.Destination(
        "a stage", services.identity_store, lambda _pepper_id: True))
    (tmp_path / FOLDER).mkdir()
    (tmp_path / LOOP).symlink_to(tmp_path / LOOP)
    (tmp_path / TAKEN).write_text("mine")
    return tmp_path


@pytest.mark.parametrize(("command", "name", "says"), [
    ("import-users", FOLDER, f"{FOLDER} cannot be opened: Is a directory."),
    ("import-users", NOWHERE, f"{NOWHERE} cannot be opened: No such file or directory."),
    ("import-users", LOOP, f"{LOOP} cannot be opened: Too many levels of symbolic links."),
    ("export-users", FOLDER, f"{FOLDER} is there already; an export overwrites nothing."),
    ("export-users", TAKEN, f"{TAKEN} is there already; an export overwrites nothing."),
    ("export-users", NOWHERE, f"{NOWHERE} cannot be written: No such file or directory."),
])
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
        files: Path, command: str, name: str, says: str) -> None:
    with pytest.raises(SystemExit) as refusal:
        operate.main([command, "--stage", "dev", "--file", str(files / name)])

    assert refusal.value.code == f"{files}/{says}"


@pytest.mark.parametrize("command", ["import-users", "export-users"])
@pytest.mark.parametrize("file", ["", ".", "/"])
def test_a_file_must_be_named(command: str, file: str) -> None:
    """make hands on an empty name when there is no FILE."""
    with pytest.raises(SystemExit) as refusal:
        operate.main([command, "--stage", "local", "--file", file])

    assert refusal.value.code == "Name a file, as in `FILE=users.jsonl`."


def test_a_stage_must_be_named() -> None:
    with pytest.raises(SystemExit) as refusal:
        operate.main(["client", "list", "--stage", ""])

    assert refusal.value.code == "Name a stage, as in `STAGE=dev`."


class Post:
    """A stage whose emulator has sent this mail."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.emulator, self._messages = self, messages

    def sent_mail(self) -> list[dict[str, Any]]:
        return list(self._messages)


@pytest.mark.parametrize(("post", "shown"), [
    (Post(), "Stage local has sent no mail since it was started.\n"),
    (Post({"To": ["ada@example.org"], "Subject": "Hello", "BodyText": "Dear Ada"}),
     "To ada@example.org: Hello\n\nDear Ada\n"),
])
def test_the_mail_is_shown_and_that_there_is_none(
        post: Post, shown: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(operate, "stage_of", lambda _arguments: post)

    operate.main(["mail"])

    assert capsys.readouterr().out == shown
