"""POST /factors/passkey/options: begins to add a passkey."""

from typing import Any

import pytest

from shared.factors.relying_party import challenge_of
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Pair
from tests.support.authenticator import Device, decoded
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import SDK, TOKENS
from tests.support.possession import encoded
from tests.support.wire import Wire

# A ticket is signed, and nothing is verified here.
LOADS = SDK | TOKENS


def test_a_browser_is_told_what_to_make(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    answer = owner.begin_passkey(phone.access_token)

    user_id = cloud.item("users")["UserId"]
    assert answer.status == 200
    assert answer.body.keys() == {"ticket", "ticket_expires_in", "public_key"}
    assert answer.body["ticket_expires_in"] == 300
    assert answer.body["public_key"] == {
        "rp": {"id": "example.org", "name": "session-api"},
        "user": {"id": encoded(user_id.encode()), "name": EMAIL, "displayName": EMAIL},
        "challenge": encoded(challenge_of(answer.body["ticket"])), "timeout": 300_000,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm}
                             for algorithm in (-7, -8, -257, -35, -36, -53)],
        "excludeCredentials": [], "attestation": "none",
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": True,
                                   "userVerification": "required"}}


def test_no_challenge_is_like_another(owner: Owner, phone: Pair) -> None:
    challenges = {owner.begin_passkey(phone.access_token).body["public_key"]["challenge"]
                  for _ in range(9)}

    assert len(challenges) == 9 and {len(decoded(one)) for one in challenges} == {32}


def test_nothing_is_stored(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    tables = "users", "identities", "sessions", "factors", "attempts"
    owner.account(phone.access_token)
    before = [cloud.items(table) for table in tables]

    owner.begin_passkey(phone.access_token)

    assert [cloud.items(table) for table in tables] == before


def test_a_device_that_has_one_makes_no_second_one(
        owner: Owner, phone: Pair, device: Device, passkey: dict[str, Any]) -> None:
    options = owner.begin_passkey(phone.access_token).body["public_key"]

    assert options["excludeCredentials"] == [{
        "type": "public-key", "id": encoded(device.keys[0].credential_id),
        "transports": ["hybrid", "internal"]}]


def test_passkeys_of_a_former_domain_are_not_named(
        owner: Owner, phone: Pair, passkey: dict[str, Any], moved: Owner) -> None:
    """No browser would find them."""
    options = moved.begin_passkey(phone.access_token).body["public_key"]

    assert (options["rp"]["id"], options["excludeCredentials"]) == ("example.net", [])


def test_passkeys_of_others_are_not_named(owner: Owner, phone: Pair, bobs: Device) -> None:
    assert owner.begin_passkey(phone.access_token).body["public_key"]["excludeCredentials"] == []


def test_an_old_session_is_not_enough(owner: Owner, phone: Pair, clock: Clock) -> None:
    clock.advance(600)

    answer = owner.begin_passkey(phone.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["password"]


def test_who_has_passkeys_is_asked_for_one(
        owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock) -> None:
    clock.advance(540)

    answer = owner.begin_passkey(phone.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]


def test_a_session_that_ends_meanwhile_begins_nothing(
        owner: Owner, phone: Pair, wire: Wire) -> None:
    """The authorizer has let it in, and API Gateway may go on doing so for a while."""
    owner.account(phone.access_token)
    wire.after("GetItem", lambda: owner.sign_out(phone.access_token))

    assert owner.begin_passkey(phone.access_token).outcome == (401, "unauthorized")


@pytest.mark.parametrize("kind", ["passkey", "totp"])
def test_the_person_may_have_other_factors(owner: Owner, phone: Pair, kind: str) -> None:
    if kind == "passkey":
        owner.add_passkey(phone.access_token, Device())
    else:
        owner.enrol(phone.access_token)

    assert owner.begin_passkey(phone.access_token).status == 200
