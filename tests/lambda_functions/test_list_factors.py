"""GET /factors: the second factors of the caller."""

from tests.support.application import Pair
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
