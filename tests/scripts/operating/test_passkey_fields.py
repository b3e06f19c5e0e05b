"""People keep their passkeys when they are exported and imported, and need no password for that."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.operating import people
from scripts.operating.factor_fields import BadFactors, parsed
from scripts.operating.resealing import reseal_factors
from shared.factors.passkeys import MOST_PASSKEYS
from tests.scripts.operating.test_people import run_import
from tests.support.account_owner import Owner
from tests.support.application import EMAIL
from tests.support.authenticator import RP_ID, Device, cbor
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Outbox, with_mail
from tests.support.possession import encoded

TABLES = ("users", "identities", "factors", "sessions")


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto copies and restores whole tables for a transaction, other threads or not."""
    monkeypatch.setattr(people, "THREADS", 1)


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def owner(cloud: Cloud, clock: Clock, device: Device) -> Owner:
    """Ada has signed up with a passkey and without a password, and has used it since."""
    outbox = Outbox()
    owner = Owner(with_mail(cloud.services(clock, require_verified_email=True, **MAIL), outbox))
    assert owner.ask_to_sign_up().status == 202
    assert owner.sign_up_by(device, outbox.last_token, name="Ada's phone").status == 201
    assert owner.sign_in_by(device).status == 201
    return owner


@pytest.fixture
def exported(owner: Owner, cloud: Cloud, tmp_path: Path) -> Path:
    """The file of an export, from which the stage has lost everything since."""
    file = tmp_path / "users.jsonl"
    assert people.export_people(file, owner.services, print) == 1
    for table in TABLES:
        cloud.drop(table)
    return file


def rewrite(file: Path, change: Any) -> None:
    line = json.loads(file.read_text())
    change(line)
    file.write_text(json.dumps(line) + "\n")


def test_who_has_no_password_signs_in_after_an_import(owner: Owner, exported: Path, device: Device
                                                      ) -> None:
    assert run_import(exported, owner.services)[0] == {"imported": 1}

    assert owner.sign_in_by(device).status == 201
    assert owner.sign_in().outcome == (401, "bad_credentials")


def test_an_import_brings_back_what_there_was(owner: Owner, cloud: Cloud, tmp_path: Path) -> None:
    """But for when a passkey was used last, and the id that the factors have together."""
    def held() -> list[list[dict[str, Any]]]:
        passing = {"last_used_at", "tickets", "spent_by", "second_factor"}
        return [[{name: value for name, value in item.items() if name not in passing}
                 for item in cloud.items(table)] for table in ("users", "identities", "factors")]

    people.export_people(tmp_path / "users.jsonl", owner.services, print)
    before = held()
    for table in TABLES:
        cloud.drop(table)

    run_import(tmp_path / "users.jsonl", owner.services)

    assert held() == before
    assert len(before[2]) == 2


def test_a_copy_of_a_passkey_is_still_noticed_after_an_import(owner: Owner, device: Device,
                                                              exported: Path) -> None:
    copy = device.copy()
    for key in copy.keys:
        key.counter -= 1
    run_import(exported, owner.services)

    assert owner.sign_in_by(copy).outcome == (401, "invalid_passkey")


def test_a_passkey_beside_a_password_keeps_the_password_from_signing_in_alone(
        cloud: Cloud, clock: Clock, tmp_path: Path) -> None:
    owner, device = Owner(cloud.services(clock)), Device()
    owner.sign_up()
    owner.add_passkey(owner.sign_in().pair.access_token, device)
    people.export_people(tmp_path / "users.jsonl", owner.services, print)
    for table in TABLES:
        cloud.drop(table)

    assert run_import(tmp_path / "users.jsonl", owner.services)[0] == {"imported": 1}

    assert owner.sign_in().outcome == (401, "second_factor_required")
    assert owner.sign_in_by(device, owner.ticket()).status == 201


@pytest.mark.parametrize(("change", "reason"), [
    (lambda line: line["second_factor"].pop("passkeys"),
     "second_factor: it has totp, passkeys or both, and may have recovery_codes"),
    (lambda line: line.pop("second_factor"), "password_hash: missing, and there is no passkey"),
    (lambda line: line.update(pepper_id="p-1"),
     "pepper_id: it is of use only with a password_hash"),
    (lambda line: line.pop("id"),
     "second_factor: it is of use only with the id that it was exported with"),
    (lambda line: line["second_factor"]["passkeys"][0].update(counter=-1),
     "second_factor: counter of a passkey is a number of 32 bits")])
def test_a_line_that_lets_nobody_in_is_named_and_the_next_one_imported(
        owner: Owner, cloud: Cloud, exported: Path, change: Any, reason: str) -> None:
    good = exported.read_text()
    rewrite(exported, change)
    exported.write_text(exported.read_text() + good)

    counts, reports = run_import(exported, owner.services)

    assert counts == {"imported": 1, "bad": 1}
    assert f"line 1: {reason}" in reports
    assert [user["email"] for user in cloud.items("users")] == [EMAIL]


def test_recovery_codes_of_another_pepper_keep_out_who_has_no_password(owner: Owner, exported: Path
                                                                       ) -> None:
    """Without them, nothing would be left if the device is lost."""
    rewrite(exported, lambda line: line["second_factor"]["recovery_codes"].update(
        pepper_id="of another stage"))

    counts, reports = run_import(exported, owner.services)

    assert counts == {"bad": 1}
    assert "line 1: pepper_id: the stage has no such pepper" in reports


P521 = encoded(cbor({1: 2, 3: -7, -1: 3, -2: bytes(66), -3: bytes(66)}))
OFF_CURVE = encoded(cbor({1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}))


@pytest.mark.parametrize("change", [
    {"credential_id": ""}, {"credential_id": "a" * 1365}, {"credential_id": "a+b="},
    {"credential_id": 7}, {"public_key": ""}, {"public_key": "AAAA"}, {"public_key": "not base64"},
    {"public_key": P521}, {"public_key": OFF_CURVE}, {"rp_id": ""}, {"rp_id": "Example.org"},
    {"rp_id": "https://example.org"}, {"rp_id": f"{'a.' * 130}org"}, {"name": ""},
    {"name": "a" * 65}, {"name": "two\nlines"}, {"name": None}, {"created_at": -1},
    {"created_at": 10**12}, {"created_at": True}, {"counter": -1}, {"counter": 2**32},
    {"counter": True}, {"synced": 0}, {"synced": False, "backed_up": True}, {"backed_up": None},
    {"transports": "usb"}, {"transports": ["usb nfc"]}, {"transports": [7]},
    {"transports": ["a"] * 9}, {"tickets": []}, {"user_id": "u-2"}],
    ids=lambda change: json.dumps(change)[:40])
def test_a_passkey_that_no_export_writes_is_refused(exported: Path, change: dict[str, object]
                                                    ) -> None:
    field = json.loads(exported.read_text())["second_factor"]
    assert parsed(field, "u-1").passkeys[0].rp_id == RP_ID
    field["passkeys"][0].update(change)

    with pytest.raises(BadFactors):
        parsed(field, "u-1")


def test_a_passkey_with_a_member_less_is_refused(exported: Path) -> None:
    field = json.loads(exported.read_text())["second_factor"]
    for name in field["passkeys"][0]:
        lacking = {other: value for other, value in field["passkeys"][0].items() if other != name}
        with pytest.raises(BadFactors):
            parsed(field | {"passkeys": [lacking]}, "u-1")


@pytest.mark.parametrize("passkeys", [
    lambda one: [], lambda one: {}, lambda one: None, lambda one: [one, one], lambda one: ["one"],
    lambda one: [one | {"credential_id": f"AA{number:02}"} for number in range(MOST_PASSKEYS + 1)]])
def test_a_list_of_passkeys_that_no_account_has_is_refused(exported: Path, passkeys: Any) -> None:
    field = json.loads(exported.read_text())["second_factor"]
    [one] = field["passkeys"]
    field["passkeys"] = passkeys(one)

    with pytest.raises(BadFactors):
        parsed(field, "u-1")


def test_as_many_passkeys_as_an_account_can_have_are_imported(owner: Owner, exported: Path,
                                                              cloud: Cloud) -> None:
    rewrite(exported, lambda line: line["second_factor"].update(passkeys=[
        line["second_factor"]["passkeys"][0] | {"credential_id": f"AA{number:02}"}
        for number in range(MOST_PASSKEYS)]))

    assert run_import(exported, owner.services)[0] == {"imported": 1}
    assert len(cloud.items("factors")) == MOST_PASSKEYS + 1


def test_the_file_has_what_a_passkey_is_made_of_and_no_secret(exported: Path, device: Device
                                                              ) -> None:
    line = json.loads(exported.read_text())
    [passkey] = line["second_factor"]["passkeys"]
    [key] = device.keys

    assert "password_hash" not in line and "pepper_id" not in line
    assert passkey == {
        "credential_id": encoded(key.credential_id), "public_key": encoded(cbor(key.cose)),
        "rp_id": RP_ID, "name": "Ada's phone", "created_at": passkey["created_at"],
        "counter": key.counter, "synced": False, "backed_up": False,
        "transports": ["hybrid", "internal"]}


def test_a_new_pepper_leaves_passkeys_as_they_are(owner: Owner, cloud: Cloud, clock: Clock,
                                                  device: Device) -> None:
    """They are sealed with none; the recovery codes beside them are sealed anew."""
    before = {item["FactorId"]: item for item in cloud.items("factors")}
    cloud.rotate_secret("pepper-secret", "the pepper after that, which is long enough to be one")
    clock.advance(600)

    reseal_factors(cloud.services(clock), is_forced=False)

    after = {item["FactorId"]: item for item in cloud.items("factors")}
    assert {name for name in before if before[name] != after[name]} == {"recovery"}
    assert owner.sign_in_by(device).status == 201
