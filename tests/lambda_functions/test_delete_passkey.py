"""DELETE /factors/passkey/{id}: removes a passkey."""

from typing import Any

import pytest

from shared.mail.notices import Notice
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import SDK
from tests.support.mail import Courier, Outbox
from tests.support.wire import Wire

LOADS = SDK


def test_without_its_last_factor_an_account_needs_the_password_alone(
        owner: Owner, phone: Pair, passkey: dict[str, Any], cloud: Cloud) -> None:
    """The recovery codes are gone with it."""
    answer = owner.delete_passkey(phone.access_token, passkey["id"])

    assert (answer.status, answer.body) == (200, {"message": "passkey removed"})
    assert owner.sign_in().status == 201
    assert cloud.items("factors") == []
    assert "second_factor" not in cloud.item("identities")


def test_a_passkey_that_was_removed_signs_nobody_in(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    owner.add_passkey(phone.access_token, Device())
    owner.delete_passkey(phone.access_token, passkey["id"])

    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")


def test_nor_does_it_if_it_was_the_last_one(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    owner.delete_passkey(phone.access_token, passkey["id"])

    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")


@pytest.mark.parametrize("other", ["passkey", "totp"])
def test_another_factor_stays_with_the_recovery_codes(
        owner: Owner, phone: Pair, passkey: dict[str, Any], other: str) -> None:
    if other == "totp":
        owner.enrol(phone.access_token)
    else:
        owner.add_passkey(phone.access_token, Device())

    assert owner.delete_passkey(phone.access_token, passkey["id"]).status == 200

    assert owner.sign_in().body["kinds"] == [other, "recovery_code"]
    assert owner.sign_in_with(passkey["recovery_codes"][0]).status == 201


def test_an_app_beside_a_passkey_is_removed_alone(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    owner.enrol(phone.access_token)

    assert owner.delete_totp(phone.access_token).status == 200

    assert owner.sign_in().body["kinds"] == ["passkey", "recovery_code"]
    assert owner.sign_in_by(device).status == 201


def test_an_app_that_waits_is_no_factor_that_stays(
        owner: Owner, phone: Pair, passkey: dict[str, Any], cloud: Cloud) -> None:
    """It signs nobody in, so the account would be left without any way to show a factor."""
    owner.create_totp(phone.access_token)

    assert owner.delete_passkey(phone.access_token, passkey["id"]).status == 200

    assert cloud.items("factors") == []
    assert owner.sign_in().status == 201


@pytest.mark.parametrize("other", ["totp", "recovery", "", "x" * 43, "x" * 3000])
def test_what_is_not_there_is_not_removed(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                          other: str, cloud: Cloud) -> None:
    before = cloud.items("factors")

    assert owner.delete_passkey(phone.access_token, other).outcome == (404, "not_found")
    assert cloud.items("factors") == before


def test_nobody_removes_a_passkey_of_others(owner: Owner, phone: Pair, bobs: Device, cloud: Cloud
                                            ) -> None:
    [its_id] = [item["FactorId"].removeprefix("passkey#") for item in cloud.items("factors")
                if item["FactorId"].startswith("passkey#")]

    assert owner.delete_passkey(phone.access_token, its_id).outcome == (404, "not_found")
    assert owner.sign_in_by(bobs).status == 201


def test_a_proof_is_asked_for_that_is_ten_minutes_old(
        owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock, device: Device) -> None:
    clock.advance(540)

    answer = owner.delete_passkey(phone.access_token, passkey["id"])

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]
    assert owner.sign_in_by(device).status == 201


def test_the_person_is_told(owner: Owner, phone: Pair, passkey: dict[str, Any], courier: Courier
                            ) -> None:
    owner.delete_passkey(phone.access_token, passkey["id"])

    told = courier.errands[-1]
    assert (told.occasion, told.email) == (Notice.PASSKEY_REMOVED, EMAIL)


def test_of_two_that_go_at_once_one_goes(
        owner: Owner, phone: Pair, passkey: dict[str, Any], wire: Wire, cloud: Cloud) -> None:
    """Each of the two would leave the other one, and both together none: the account would ask for
    a factor that nobody has."""
    other = owner.add_passkey(phone.access_token, Device()).body["id"]
    wire.before("TransactWriteItems",
                lambda: owner.delete_passkey(phone.access_token, other))

    answer = owner.delete_passkey(phone.access_token, passkey["id"])

    assert answer.outcome == (503, "unavailable")
    assert owner.delete_passkey(phone.access_token, passkey["id"]).status == 200
    assert cloud.items("factors") == [] and owner.sign_in().status == 201


def test_who_sends_it_twice_removes_it_once(
        owner: Owner, phone: Pair, passkey: dict[str, Any], courier: Courier) -> None:
    owner.delete_passkey(phone.access_token, passkey["id"])
    courier.errands.clear()

    assert owner.delete_passkey(phone.access_token, passkey["id"]).outcome == (404, "not_found")
    assert courier.errands == []


# An account without a password.


def test_the_last_passkey_of_an_account_without_a_password_stays(
        strict: Owner, by_link: Answer, device: Device) -> None:
    answer = strict.delete_passkey(by_link.pair.access_token, by_link.body["passkey"]["id"])

    assert answer.outcome == (409, "last_way_in")
    assert strict.sign_in_by(device).status == 201


def test_it_stays_beside_an_app_too(strict: Owner, by_link: Answer, device: Device) -> None:
    """A code is good only after a password."""
    token = by_link.pair.access_token
    strict.enrol(token)

    answer = strict.delete_passkey(token, by_link.body["passkey"]["id"])

    assert answer.outcome == (409, "last_way_in")
    assert strict.delete_totp(token).status == 200
    assert strict.sign_in_by(device).status == 201


def test_one_of_two_can_go(strict: Owner, by_link: Answer, device: Device) -> None:
    token, other = by_link.pair.access_token, Device()
    strict.add_passkey(token, other)

    assert strict.delete_passkey(token, by_link.body["passkey"]["id"]).status == 200

    assert strict.sign_in_by(device).outcome == (401, "unknown_passkey")
    assert strict.sign_in_by(other).status == 201


def test_with_a_password_it_can_go(strict: Owner, by_link: Answer, outbox: Outbox, device: Device
                                   ) -> None:
    """A link that is mailed sets one."""
    strict.forget_password()
    strict.reset_password(outbox.last_token)
    token = strict.sign_in_by(device).pair.access_token

    assert strict.delete_passkey(token, by_link.body["passkey"]["id"]).status == 200
    assert strict.sign_in(password=NEW_PASSWORD).status == 201


def test_of_the_last_two_of_it_one_goes_at_once(
        strict: Owner, by_link: Answer, device: Device, wire: Wire) -> None:
    token, other = by_link.pair.access_token, Device()
    added = strict.add_passkey(token, other).body["id"]
    wire.before("TransactWriteItems", lambda: strict.delete_passkey(token, added))

    answers = [strict.delete_passkey(token, by_link.body["passkey"]["id"]) for _ in range(2)]

    assert [answer.outcome for answer in answers] == [(503, "unavailable"), (409, "last_way_in")]
    assert strict.sign_in_by(device).status == 201


def test_the_sessions_in_which_a_passkey_was_shown_end_with_it(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    """Whoever has stolen it may have opened them. The caller's own stays, and so does one that was
    opened with a password and a code."""
    alone, second = owner.sign_in_by(device).pair, owner.sign_in_by(device, owner.ticket()).pair
    by_code = owner.sign_in_with(passkey["recovery_codes"][0]).pair

    assert owner.delete_passkey(phone.access_token, passkey["id"]).status == 200

    for ended in (alone, second):
        assert owner.refresh(ended).outcome == (401, "session_ended")
    for kept in (phone, by_code):
        assert owner.account(kept.access_token).status == 200


def test_a_removal_that_failed_after_it_was_made_can_be_repeated_for_the_sessions(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, wire: Wire,
        cloud: Cloud) -> None:
    """One was stored after the first look at them."""
    stolen: list[Pair] = []
    wire.before("TransactWriteItems", lambda: stolen.append(owner.sign_in_by(device).pair))
    wire.after("TransactWriteItems", lambda: None, lambda: wire.cut("Query"))
    assert owner.delete_passkey(phone.access_token, passkey["id"]).outcome == (
        503, "unavailable")
    wire.mend()

    again = owner.delete_passkey(phone.access_token, passkey["id"])

    assert again.outcome == (404, "not_found")
    assert owner.refresh(stolen[0]).outcome == (401, "session_ended")


def test_a_passkey_of_a_former_domain_is_no_way_in(
        strict: Owner, by_link: Answer, cloud: Cloud, clock: Clock) -> None:
    """So the only one of the present domain stays, and the former one may go."""
    here = by_link.body["passkey"]["id"]
    strict.add_passkey(by_link.pair.access_token, Device())
    [other] = [factor["id"] for factor in strict.list_factors(by_link.pair.access_token).body[
        "factors"] if factor["id"] != here and factor["kind"] == "passkey"]
    cloud.fill("factors", [item | ({"rp_id": "example.net"} if other in item["FactorId"] else {})
                           for item in cloud.items("factors")])

    assert strict.delete_passkey(by_link.pair.access_token, here).outcome == (409, "last_way_in")
    assert strict.delete_passkey(by_link.pair.access_token, other).status == 200


@pytest.mark.parametrize("passkey_id", ["x" * 43, "x" * 1020, "x" * 5000, "#", "passkey"])
def test_an_id_of_no_passkey_finds_none(
        owner: Owner, phone: Pair, passkey: dict[str, Any], passkey_id: str) -> None:
    """AWS's engine takes no longer key than 1,024 bytes."""
    for answer in (owner.delete_passkey(phone.access_token, passkey_id),
                   owner.rename_passkey(phone.access_token, passkey_id, "Phone")):
        assert answer.outcome == (404, "not_found")
