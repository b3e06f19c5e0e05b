"""People keep their second factors when they are exported and imported."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.operating import people
from scripts.operating.factor_fields import BadFactors, parsed
from tests.scripts.operating.test_people import run_import
from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.second_factors import Enrolled, FactorOwner

PEPPER = "the pepper of another stage, which is long enough to be one"


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies and restores whole tables for a transaction, other threads or not."""
    monkeypatch.setattr(people, "THREADS", 1)


@pytest.fixture
def enrolled(careful: FactorOwner, signed_in: Pair, clock: Clock) -> Enrolled:
    enrolled = careful.enrol(signed_in.access_token)
    clock.advance(60)
    careful.sign_in_with(enrolled.recovery_codes[0])
    return enrolled


@pytest.fixture
def exported(careful: FactorOwner, enrolled: Enrolled, cloud: Cloud, tmp_path: Path) -> Path:
    """The file of an export, from which the stage has lost everything since."""
    file = tmp_path / "users.jsonl"
    assert people.export_people(file, careful.services, print) == 1
    for table in ("users", "identities", "factors", "sessions"):
        cloud.drop(table)
    return file


def field_of(file: Path) -> dict[str, Any]:
    field = json.loads(file.read_text())["second_factor"]
    assert isinstance(field, dict)
    return field


def test_an_import_does_not_turn_a_second_factor_off(
        careful: FactorOwner, enrolled: Enrolled, exported: Path, clock: Clock) -> None:
    """The app and the codes that were left still sign in, and what was spent stays so."""
    assert run_import(exported, careful.services)[0] == {"imported": 1}

    assert careful.sign_in().outcome == (401, "second_factor_required")
    assert careful.sign_in_with(enrolled.recovery_codes[0]).outcome == (401, "invalid_code")
    assert careful.sign_in_with(enrolled.recovery_codes[1]).status == 201
    assert careful.sign_in_with(enrolled.app.code(clock.now)).status == 201


def test_the_file_has_no_secret_in_clear(enrolled: Enrolled, exported: Path) -> None:
    text = exported.read_text()

    assert enrolled.app.secret not in text
    assert not [code for code in enrolled.recovery_codes if code in text]


def test_who_has_only_begun_to_enrol_has_no_factor_in_the_file(
        careful: FactorOwner, signed_in: Pair, tmp_path: Path) -> None:
    careful.begin_enrolment(signed_in.access_token)

    people.export_people(tmp_path / "users.jsonl", careful.services, print)

    assert "second_factor" not in json.loads((tmp_path / "users.jsonl").read_text())


def test_a_stage_of_another_pepper_takes_nobody_whom_it_would_lock_out(
        careful: FactorOwner, exported: Path, cloud: Cloud, clock: Clock) -> None:
    for pepper in (PEPPER, PEPPER[::-1]):
        cloud.rotate_secret("pepper-secret", pepper)
    clock.advance(600)

    counts, reports = run_import(exported, cloud.services(clock))

    assert counts == {"bad": 1}
    assert "line 1: pepper_id: the stage has no such pepper" in reports
    assert cloud.items("users") == []


@pytest.mark.parametrize("factor", ["totp", "recovery_codes"])
def test_a_stage_without_the_pepper_of_one_factor_takes_nobody_either(
        careful: FactorOwner, exported: Path, factor: str) -> None:
    """The password is hashed anew after a rotation; a factor may have been sealed before it."""
    line = json.loads(exported.read_text())
    line["second_factor"][factor]["pepper_id"] = "of another stage"
    exported.write_text(json.dumps(line) + "\n")

    counts, reports = run_import(exported, careful.services)

    assert counts == {"bad": 1}
    assert "line 1: pepper_id: the stage has no such pepper" in reports


def test_factors_without_the_id_of_their_owner_are_refused(careful: FactorOwner, exported: Path
                                                           ) -> None:
    """They are sealed for that id, and would open under no other."""
    line = json.loads(exported.read_text())
    del line["id"]
    exported.write_text(json.dumps(line) + "\n")

    counts, reports = run_import(exported, careful.services)

    assert counts == {"bad": 1} and "only with the id" in reports[0]


@pytest.mark.parametrize("spoil", [
    lambda field: field.pop("totp"),
    lambda field: field.update(passkey={}),
    lambda field: field.update(totp=[]),
    lambda field: field["totp"].pop("confirmed_at"),
    lambda field: field["totp"].update(confirmed_at=None),
    lambda field: field["totp"].update(last_step=10**12),
    lambda field: field["totp"].update(last_step=-2),
    lambda field: field["totp"].update(last_step=True),
    lambda field: field["totp"].update(secret="too short"),
    lambda field: field["recovery_codes"].update(digests=[]),
    lambda field: field["recovery_codes"]["digests"].update({"10": "0" * 64}),
    lambda field: field["recovery_codes"]["digests"].update({"1": "0" * 63}),
    lambda field: field["recovery_codes"]["digests"].update({"1": 0})])
def test_a_field_that_no_export_writes_is_refused(exported: Path, spoil: Any) -> None:
    field = field_of(exported)
    assert parsed(field, "u-1").confirmed_totp
    spoil(field)

    with pytest.raises(BadFactors):
        parsed(field, "u-1")
