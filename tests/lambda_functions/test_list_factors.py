"""GET /factors: the second factors of the caller."""

from typing import Any

from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW
from tests.support.heavy import SDK
from tests.support.second_factors import Enrolled, FactorOwner

LOADS = SDK


def test_who_has_no_second_factor_has_none_listed(careful: FactorOwner, signed_in: Pair) -> None:
    """Nor is an app listed that is not confirmed: nobody can sign in with it."""
    careful.begin_enrolment(signed_in.access_token)

    answer = careful.list_factors(signed_in.access_token)

    assert (answer.status, answer.body) == (200, {"factors": []})


def test_an_app_and_the_recovery_codes_are_listed(careful: FactorOwner, signed_in: Pair,
                                                  enrolled: Enrolled) -> None:
    careful.sign_in_with(careful.next_code(enrolled.app))
    careful.sign_in_with(enrolled.recovery_codes[3])

    answer = careful.list_factors(signed_in.access_token)

    assert answer.body == {"factors": [
        {"id": "totp", "kind": "totp", "created_at": NOW, "last_used_at": NOW + 60},
        {"id": "recovery", "kind": "recovery_codes", "created_at": NOW, "last_used_at": NOW + 60,
         "left": 9}]}


def test_no_secret_is_listed(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled) -> None:
    text = careful.list_factors(signed_in.access_token).text

    assert enrolled.app.secret not in text
    assert not [code for code in enrolled.recovery_codes if code in text]


def test_passkeys_are_listed_between_them(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    """In the order in which they were added; nothing of their keys is told."""
    owner.enrol(phone.access_token)
    owner.add_passkey(phone.access_token, Device(), name="Blue key")
    owner.sign_in_by(device)

    factors = owner.list_factors(phone.access_token).body["factors"]

    assert [(factor["kind"], factor.get("name"), factor["last_used_at"]) for factor in factors] == [
        ("totp", None, None), ("passkey", "Passkey", NOW + 60), ("passkey", "Blue key", None),
        ("recovery_codes", None, None)]
    assert factors[1].keys() == {"id", "kind", "created_at", "last_used_at", "name", "rp_id",
                                 "backed_up"}
