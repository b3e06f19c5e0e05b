"""DELETE /factors/totp: removes a second factor."""

from shared.mail.notices import Notice
from tests.support.application import Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import SDK
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire

LOADS = SDK


def test_without_its_last_factor_an_account_needs_the_password_alone(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, cloud: Cloud) -> None:
    """The recovery codes are gone with it."""
    answer = careful.delete_totp(signed_in.access_token)

    assert (answer.status, answer.body) == (200, {"message": "second factor removed"})
    assert careful.sign_in().status == 201
    assert cloud.items("factors") == []


def test_another_app_can_take_its_place(careful: FactorOwner, signed_in: Pair,
                                        enrolled: Enrolled) -> None:
    careful.delete_totp(signed_in.access_token)

    again = careful.enrol(signed_in.access_token)

    assert again.app.secret != enrolled.app.secret
    assert careful.sign_in_with(careful.next_code(again.app)).status == 201


def test_an_app_that_was_never_confirmed_can_be_removed(
        careful: FactorOwner, signed_in: Pair, cloud: Cloud, courier: Courier) -> None:
    """Nobody is told, because none was on."""
    careful.begin_enrolment(signed_in.access_token)

    assert careful.delete_totp(signed_in.access_token).status == 200
    assert cloud.items("factors") == [] and courier.errands == []


def test_who_has_none_removes_none(careful: FactorOwner, signed_in: Pair) -> None:
    assert careful.delete_totp(signed_in.access_token).outcome == (404, "not_found")


def test_a_code_is_asked_for_that_is_ten_minutes_old(careful: FactorOwner, signed_in: Pair,
                                                     enrolled: Enrolled, clock: Clock) -> None:
    clock.advance(540)

    answer = careful.delete_totp(signed_in.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert careful.sign_in().name == "second_factor_required"


def test_the_person_is_told(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled,
                            courier: Courier) -> None:
    careful.delete_totp(signed_in.access_token)

    assert courier.errands[-1].occasion is Notice.FACTOR_REMOVED


def test_who_has_only_the_password_removes_no_app_that_is_turned_on_meanwhile(
        careful: FactorOwner, signed_in: Pair, wire: Wire, clock: Clock) -> None:
    """The account is read before it is written, and its owner confirms the app in between."""
    app = careful.begin_enrolment(signed_in.access_token)
    thief = careful.sign_in().pair
    # The session, the account, the identity, and the session again.
    wire.after("GetItem", *[lambda: None] * 3, lambda: careful.confirm_totp(
        signed_in.access_token, app.code(clock.now)))

    answer = careful.delete_totp(thief.access_token)

    assert careful.sign_in().outcome == (401, "second_factor_required")
    assert answer.outcome == (503, "unavailable")
