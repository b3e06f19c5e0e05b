"""The operators' tool says in a sentence what it cannot do."""

from pathlib import Path
from typing import Any

import pytest

from scripts import operate
from scripts.operating.stage_services import StageServices
from shared.clients import Client
from shared.wiring.services import Services
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.deployed_stage import OUTPUTS, DeployedStage

FOLDER, NOWHERE, LOOP, TAKEN = "folder", "nowhere/users.jsonl", "loop", "taken.jsonl"


@pytest.fixture
def files(tmp_path: Path, deployed: DeployedStage) -> Path:
    """A folder with files of all kinds, and a stage over moto."""
    (tmp_path / FOLDER).mkdir()
    (tmp_path / LOOP).symlink_to(tmp_path / LOOP)
    (tmp_path / TAKEN).write_text("mine")
    return tmp_path


def test_operators_use_the_services_of_the_functions(deployed: DeployedStage, app: Application,
                                                     pair: Pair, cloud: Cloud) -> None:
    """Ending all sessions of a person is one call; how long one lives is what the stage says."""
    services = StageServices("test", deployed.outputs(), deployed.client)

    services.user_sessions.end_all(cloud.item("users")["UserId"])

    assert cloud.items("sessions") == []
    assert services.lifetimes.session_idle_seconds == 300
    with pytest.raises(Exception, match="Unauthorized"):
        app.authorize(pair.access_token)


def test_a_client_is_registered_listed_and_disabled(
        deployed: DeployedStage, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["add", "--id", "web", "--name", "Web shop"], ["disable", "--id", "web"],
                  ["list"]):
        operate.main(["client", *words, "--stage", "test"])

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Registered client web on stage test."
    assert told[2].split()[:2] == ["web", "disabled"] and told[2].endswith(" Web shop")


def test_a_client_is_told_to_prove_possession_or_that_it_need_not(
        deployed: DeployedStage, services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        operate.main(["client", *words, "--stage", "test"])
        return capsys.readouterr().out

    assert said("add", "--id", "web", "--possession", "required") == (
        "Registered client web on stage test; it must prove possession.\n")
    assert " must prove " in said("list")
    assert said("possession", "--id", "web", "--possession", "optional") == (
        "Within 300 s, client web on stage test need not prove possession.\n")
    assert not services.clients.require("web").must_prove
    assert " must prove " not in said("list")
    said("possession", "--id", "web", "--possession", "required")
    assert services.clients.require("web").must_prove
    with pytest.raises(SystemExit, match="There is no client phone on stage test"):
        said("possession", "--id", "phone", "--possession", "required")
    for wrong in (["--possession", "Required"], ["--possession", ""], []):
        with pytest.raises(SystemExit, match="Say POSSESSION=required or POSSESSION=optional"):
            said("possession", "--id", "web", *wrong)


def test_a_client_is_told_where_the_account_pages_may_lead_back_to(
        deployed: DeployedStage, services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        operate.main(["client", *words, "--stage", "test"])
        return capsys.readouterr().out

    def kept() -> tuple[str, ...]:
        return services.clients.require("web").redirect_uris

    said("add", "--id", "web", "--redirect-uris",
         "https://app.example.org/callback, http://localhost:3000/,http://localhost:3000/")
    assert kept() == ("https://app.example.org/callback", "http://localhost:3000/")
    assert said("list").splitlines()[1:] == ["    back to https://app.example.org/callback",
                                             "    back to http://localhost:3000/"]
    assert said("redirects", "--id", "web", "--redirect-uris", "org.example.app:/done") == (
        "The account pages of stage test lead back to client web at org.example.app:/done.\n")
    assert kept() == ("org.example.app:/done",)
    assert said("redirects", "--id", "web", "--redirect-uris", "none") == (
        "The account pages of stage test lead back to client web at no address.\n")
    assert kept() == () and len(said("list").splitlines()) == 1
    with pytest.raises(SystemExit, match="There is no client phone on stage test"):
        said("redirects", "--id", "phone", "--redirect-uris", "none")


@pytest.mark.parametrize("words", [["--redirect-uris", ""], [], ["--redirect-uris", " , "]])
def test_addresses_to_lead_back_to_are_not_forgotten_by_mistake(
        words: list[str], deployed: DeployedStage) -> None:
    with pytest.raises(SystemExit, match="List addresses .* or say none"):
        operate.main(["client", "redirects", "--id", "web", *words, "--stage", "test"])


def test_the_account_pages_lead_nobody_back_to_themselves(deployed: DeployedStage) -> None:
    with pytest.raises(SystemExit, match="account-pages are the account pages themselves"):
        operate.main(["client", "add", "--id", "account-pages", "--stage", "test",
                      "--redirect-uris", "https://app.example.org/"])


def test_a_name_that_another_program_stored_does_not_write_to_the_terminal(
        deployed: DeployedStage, services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    services.client_store.add(Client("web", "Süß\x1b[2J\nadmin", True, 0))

    operate.main(["client", "list", "--stage", "test"])

    assert capsys.readouterr().out.endswith(r" 1970-01-01 'S\xfc\xdf\x1b[2J\nadmin'" + "\n")


def test_who_was_exported_is_imported_with_the_pepper_of_the_stage(
        deployed: DeployedStage, app: Application, cloud: Cloud, tmp_path: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    app.sign_up()
    file = ["--stage", "test", "--file", str(tmp_path / "users.jsonl")]
    operate.main(["export-users", *file])
    cloud.drop("users")
    cloud.drop("identities")

    operate.main(["import-users", *file])

    assert "Imported 1 people; 0 were there already, 0 lines were bad." in capsys.readouterr().out
    assert app.sign_in().status == 201


@pytest.mark.parametrize(("lines", "summary"), [
    ("", "0 lines were bad."), ("\n\n", "0 lines were bad."), ("{\n[]\n", "2 lines were bad.")])
def test_an_import_of_nobody_fails(files: Path, lines: str, summary: str,
                                   capsys: pytest.CaptureFixture[str]) -> None:
    (files / "users.jsonl").write_text(lines)

    with pytest.raises(SystemExit) as refusal:
        operate.main(["import-users", "--stage", "test", "--file", str(files / "users.jsonl")])

    assert refusal.value.code == (
        f"No line of {files}/users.jsonl is a person who could be imported.")
    assert capsys.readouterr().out.endswith(summary + "\n")


def test_a_file_in_the_home_folder_is_found(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some shells leave a ~ after FILE= as it is."""
    monkeypatch.setenv("HOME", str(files))

    with pytest.raises(SystemExit, match=f"{files}/gone cannot be opened"):
        operate.main(["import-users", "--stage", "test", "--file", "~/gone"])


def test_a_revoked_signing_key_signs_everybody_out_within_five_minutes(
        deployed: DeployedStage, app: Application, pair: Pair, clock: Clock,
        services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    leaked = services.signing_keys.newest().key_id

    operate.main(["rotate-signing-key", "--stage", "test", "--revoke"])
    clock.advance(300)

    assert "everybody has to sign in again" in capsys.readouterr().out
    with pytest.raises(Exception, match="Unauthorized"):
        app.authorize(pair.access_token)
    assert app.refresh(pair).outcome == (401, "unauthorized")
    assert leaked not in [key.key_id for key in services.signing_keys.every()]
    app.authorize(app.sign_in().pair.access_token)


def test_a_key_is_revoked_or_rotated_by_force_and_not_both() -> None:
    with pytest.raises(SystemExit):
        operate.main(["rotate-signing-key", "--stage", "test", "--revoke", "--force"])


ROTATE_PEPPER = ["rotate-pepper", "--stage", "test", "--wait-seconds", "0"]


def test_a_new_pepper_is_taken_on_at_the_next_sign_in(
        deployed: DeployedStage, app: Application, pair: Pair, clock: Clock,
        cloud: Cloud) -> None:
    old = cloud.item("identities")["pepper_id"]

    operate.main(ROTATE_PEPPER)
    clock.advance(300)

    assert app.sign_in().status == 201
    assert cloud.item("identities")["pepper_id"] != old
    app.authorize(pair.access_token)


def test_a_pepper_that_hashes_still_need_is_lost_by_force_only(
        deployed: DeployedStage, app: Application, clock: Clock, cloud: Cloud) -> None:
    app.sign_up()
    app.sign_up("grace@example.org")
    operate.main(ROTATE_PEPPER)
    clock.advance(300)
    app.sign_in()
    before = versions(cloud)

    with pytest.raises(SystemExit) as refusal:
        operate.main(ROTATE_PEPPER)
    kept = versions(cloud)
    operate.main([*ROTATE_PEPPER, "--force"])

    assert str(refusal.value.code).startswith(
        "Password hashes that need the pepper before the current one: 1. ")
    assert kept == before != versions(cloud)


def test_a_pepper_that_functions_may_still_use_is_not_lost(
        deployed: DeployedStage, app: Application) -> None:
    """A function notices a rotation within five minutes."""
    operate.main(ROTATE_PEPPER)

    with pytest.raises(SystemExit) as refusal:
        operate.main(ROTATE_PEPPER)

    assert str(refusal.value.code) == (
        "The last rotation is 0 minutes old: a function may still hash passwords with the pepper "
        "before it, which would be lost. Wait 65 minutes more, or use FORCE=yes.")


def versions(cloud: Cloud) -> dict[str, list[str]]:
    """Return the labels of each version of the pepper."""
    listed = cloud.secrets_manager.list_secret_version_ids(SecretId="pepper-secret")
    return {version["VersionId"]: version["VersionStages"] for version in listed["Versions"]}


@pytest.mark.parametrize("output", [name for name in OUTPUTS if name != "OperatorLogName"])
def test_an_output_that_the_stack_lacks_is_named(output: str, deployed: DeployedStage) -> None:
    del deployed.outputs()[output]

    with pytest.raises(SystemExit) as refusal:
        operate.main(["client", "list", "--stage", "test"])

    assert refusal.value.code == (f"The stack of stage test has no output {output}; "
                                  "`make deploy STAGE=test` adds what is missing.")


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


@pytest.mark.parametrize("action", ["add", "disable", "enable"])
def test_a_client_must_be_named(action: str) -> None:
    """make hands on an empty name when there is no ID."""
    with pytest.raises(SystemExit) as refusal:
        operate.main(["client", action, "--stage", "local", "--id", ""])

    assert refusal.value.code == "Name a client, as in `ID=web-app`."


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
