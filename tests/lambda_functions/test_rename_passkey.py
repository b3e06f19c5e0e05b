"""PUT /factors/passkey/{id}: gives a passkey another name."""

from typing import Any

import pytest

from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, SDK
from tests.support.mail import Courier
from tests.support.wire import Wire

LOADS = SDK | BODIES


def test_a_passkey_has_its_new_name(owner: Owner, phone: Pair, passkey: dict[str, Any]) -> None:
    answer = owner.rename_passkey(phone.access_token, passkey["id"], "The blue key")

    [listed, _codes] = owner.list_factors(phone.access_token).body["factors"]
    assert (answer.status, answer.body) == (200, listed)
    assert listed == {name: value for name, value in passkey.items()
                      if name != "recovery_codes"} | {"name": "The blue key"}


@pytest.mark.parametrize(("sent", "kept"), [
    (" Ada \u2019s \u00fcber-key ", "Ada \u2019s \u00fcber-key"), ("x", "x"), ("x" * 64, "x" * 64),
    ("\U0001f511" * 64, "\U0001f511" * 64)])
def test_it_is_kept_as_it_is_written(owner: Owner, phone: Pair, passkey: dict[str, Any], sent: str,
                                     kept: str) -> None:
    """But for blanks around it."""
    assert owner.rename_passkey(phone.access_token, passkey["id"], sent).body["name"] == kept


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\nb", "a\x00b", "a\x7fb", "a\u0085b"])
def test_what_is_no_name_is_refused(owner: Owner, phone: Pair, passkey: dict[str, Any], name: str
                                    ) -> None:
    answer = owner.rename_passkey(phone.access_token, passkey["id"], name)

    assert answer.outcome == (400, "invalid_request")
    assert [fault["field"] for fault in answer.body["fields"]] == ["name"]


@pytest.mark.parametrize("other", ["", "totp", "recovery", "x" * 43, "passkey#", "x" * 3000])
def test_what_is_not_there_has_no_name(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                       other: str, cloud: Cloud) -> None:
    before = cloud.items("factors")

    answer = owner.rename_passkey(phone.access_token, other, "Mine")

    assert answer.outcome == (404, "not_found")
    assert cloud.items("factors") == before


def test_nobody_names_a_passkey_of_others(owner: Owner, phone: Pair, bobs: Device, cloud: Cloud
                                          ) -> None:
    [its_id] = [item["FactorId"].removeprefix("passkey#") for item in cloud.items("factors")
                if item["FactorId"].startswith("passkey#")]

    assert owner.rename_passkey(phone.access_token, its_id, "Mine").outcome == (404, "not_found")
    assert "Mine" not in str(cloud.items("factors"))


def test_no_fresh_proof_is_needed_and_nobody_is_told(
        owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock, courier: Courier) -> None:
    """A name signs nobody in."""
    clock.advance(2000)
    courier.errands.clear()

    assert owner.rename_passkey(phone.access_token, passkey["id"], "Mine").status == 200
    assert courier.errands == []


def test_it_signs_in_as_before(owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device
                               ) -> None:
    owner.rename_passkey(phone.access_token, passkey["id"], "Mine")

    assert owner.sign_in_by(device).status == 201
    assert owner.list_factors(phone.access_token).body["factors"][0]["name"] == "Mine"


def test_a_name_that_is_given_while_it_signs_in_stays(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, wire: Wire) -> None:
    wire.before("UpdateItem", lambda: owner.rename_passkey(phone.access_token, passkey["id"],
                                                           "Mine"))

    assert owner.sign_in_by(device).status == 201
    assert owner.list_factors(phone.access_token).body["factors"][0]["name"] == "Mine"
