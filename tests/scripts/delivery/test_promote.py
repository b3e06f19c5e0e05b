"""A zip goes on only if the stage before runs that very zip, and it was checked there."""

import json
from pathlib import Path

import pytest

from scripts.checkout import Refused
from scripts.delivery.functions import ALIAS, CHECKED
from scripts.delivery.kept_zip import KeptZip
from scripts.delivery.promote import promote
from tests.scripts.delivery.scripted_lambda import SHA256, Script, scripted


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Where the promotion of an earlier run is still noted."""
    (tmp_path / "record.json").write_text("{}")
    return tmp_path / "record.json"


def promote_one(script: Script, record: Path, sha256: str = SHA256) -> None:
    promote([(script.function, KeptZip("ping", Path("ping.zip"), sha256))], "test", record, "12")


def test_what_was_checked_is_noted_for_the_next_stage(record: Path) -> None:
    with scripted() as script:
        script.alias(ALIAS, "7").state("7", "Active").alias(CHECKED, "7").state("7", "Active")

        promote_one(script, record)

    noted = json.loads(record.read_text())
    assert (noted["from"], noted["to"], noted["run"]) == ("dev", "test", "12")
    assert noted["functions"] == [{"function": "ping", "sha256": SHA256, "version": "7"}]


def test_what_the_stage_does_not_run_is_not_promoted(record: Path) -> None:
    with scripted() as script:
        script.alias(ALIAS, "7").state("7", "Active")

        with pytest.raises(Refused, match="or this zip was not deployed there"):
            promote_one(script, record, "11" * 32)

    assert not record.exists()


@pytest.mark.parametrize("checked", ["6", None])
def test_what_was_not_checked_is_not_promoted(checked: str | None, record: Path) -> None:
    with scripted() as script:
        script.alias(ALIAS, "7").state("7", "Active")
        if checked:
            script.alias(CHECKED, checked).state(checked, "Active")
        else:
            script.refuses("get_alias", "ResourceNotFoundException")

        with pytest.raises(Refused, match="runs version 7, which has not passed its smoke check"):
            promote_one(script, record)

    assert not record.exists()
