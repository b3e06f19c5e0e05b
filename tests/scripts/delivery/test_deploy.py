"""The traffic moves only to versions that start, and what it may have to go back to is kept."""

from pathlib import Path

import pytest

from scripts.checkout import Refused
from scripts.delivery import functions
from scripts.delivery.deploy import Move, deploy
from scripts.delivery.functions import ALIAS, CHECKED
from scripts.delivery.kept_zip import KeptZip
from tests.scripts.delivery.crowd import Crowd
from tests.scripts.delivery.scripted_lambda import CODE_SHA256, SHA256, Script, scripted

FINE = {"statusCode": 404}
BROKEN = {"statusCode": 500}
# $LATEST runs it already, so that nothing is read from the path.
ZIP = KeptZip("ping", Path("ping.zip"), SHA256)
NOT_THERE = "ResourceNotFoundException"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.json"


def publishes(script: Script, said: object = FINE, before: str = "6") -> Script:
    """Version 7 is published, beside the one that has the traffic, and tried."""
    script.alias(ALIAS, before).state(before, "Active").state("$LATEST", "Active")
    script.answers("publish_version", {"Version": "7"}, CodeSha256=CODE_SHA256)
    return script.state("7", "Active").state("7", "Active").says("7", said)


def deploy_one(script: Script, record: Path) -> Move:
    [move] = deploy([(script.function, ZIP)], record)
    return move


def test_many_functions_move_only_when_all_of_them_start(record: Path) -> None:
    with scripted("ping") as first, scripted("getSession") as second:
        publishes(first)
        publishes(second, BROKEN).refuses("get_alias", NOT_THERE)
        second.answers("delete_function", {}, Qualifier="7")

        with pytest.raises(Refused, match="getSession does not start: .* The traffic stays with "
                           "version 6"):
            deploy([(first.function, ZIP), (second.function, ZIP)], record)

    assert not record.exists()


def test_a_version_that_was_checked_is_not_deleted_when_it_starts_no_more(record: Path) -> None:
    """The same zip as before, which a rollback may be about to return to."""
    with scripted() as script:
        publishes(script, BROKEN).alias(CHECKED, "7").state("7", "Active")

        with pytest.raises(Refused, match="The traffic stays with version 6"):
            deploy_one(script, record)


def test_a_version_that_has_the_traffic_is_not_deleted_either(record: Path) -> None:
    with scripted() as script:
        publishes(script, BROKEN, before="7")

        with pytest.raises(Refused, match="Version 7 of session-api-dev-ping does not start"):
            deploy_one(script, record)


def test_on_a_new_stage_the_traffic_is_kept_from_code_that_was_not_tried(record: Path) -> None:
    """The alias points at $LATEST, which is about to change."""
    with scripted() as script:
        script.alias(ALIAS, "$LATEST").state("$LATEST", "Active")
        script.answers("publish_version", {"Version": "1"}).state("1", "Active")
        script.state("1", "Active").says("1", FINE).moves("$LATEST", "1")
        script.state("$LATEST", "Active")
        script.answers("publish_version", {"Version": "1"}, CodeSha256=CODE_SHA256)
        script.state("1", "Active").state("1", "Active").says("1", FINE)
        script.refuses("get_alias", NOT_THERE).has_versions(1).has_versions(1)

        assert deploy_one(script, record) == Move("ping", SHA256, "1", "1")


@pytest.mark.parametrize(("before", "checked", "unneeded"), [
    ("6", "6", "5"), ("6", None, "5"), ("6", "5", "6"), ("7", "7", "5")], ids=[
        "the one before was checked", "none was checked yet", "the one before was not checked",
        "the same zip again"])
def test_what_has_the_traffic_is_kept_and_what_is_known_to_be_good(
        before: str, checked: str | None, unneeded: str, record: Path,
        capsys: pytest.CaptureFixture[str]) -> None:
    with scripted() as script:
        publishes(script, before=before)
        if before != "7":
            script.moves(before, "7")
        if checked:
            script.alias(CHECKED, checked).state(checked, "Active")
        else:
            script.refuses("get_alias", NOT_THERE)
        if before == "7":
            script.has_versions(5, 6, 7)
        script.has_versions(5, 6, 7).answers("delete_function", {}, Qualifier=unneeded)

        deploy_one(script, record)

    # A call that is not in the script would be said here.
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("code", ["ResourceConflictException", "AccessDeniedException"])
def test_versions_that_cannot_be_deleted_fail_no_delivery(
        code: str, record: Path, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that an alias of the team's own points at, or where the agent may not."""
    monkeypatch.setattr(functions, "DELETE_SECONDS", -1)
    with scripted() as script:
        publishes(script).moves("6", "7").alias(CHECKED, "6").state("6", "Active")
        script.has_versions(5, 6, 7).refuses("delete_function", code)

        assert deploy_one(script, record).after == "7"

    assert "ping: versions that are no longer needed are still there" in capsys.readouterr().err


def test_a_new_account_has_room_for_what_is_tried_at_once(record: Path) -> None:
    crowd = Crowd()

    with pytest.raises(Refused):
        deploy([(function, ZIP) for function in crowd.functions], record)
    assert 1 < crowd.most <= 3
