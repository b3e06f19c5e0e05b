"""POST /factors/recovery-codes: a new set of recovery codes."""

from shared.mail.notices import Notice
from tests.support.application import Answer, Pair
from tests.support.clock import Clock
from tests.support.heavy import KEYS, SDK
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire

LOADS = SDK | KEYS


def test_a_new_set_voids_the_old_one(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled
                                     ) -> None:
    answer = careful.create_recovery_codes(signed_in.access_token)

    new = answer.body["recovery_codes"]
    assert answer.status == 201 and len(set(new)) == 10
    assert careful.sign_in_with(enrolled.recovery_codes[0]).outcome == (401, "invalid_code")
    assert careful.sign_in_with(new[0]).status == 201


def test_a_new_set_is_whole_after_codes_were_used(careful: FactorOwner, signed_in: Pair,
                                                  enrolled: Enrolled) -> None:
    careful.sign_in_with(enrolled.recovery_codes[0])

    new = careful.create_recovery_codes(signed_in.access_token).body["recovery_codes"]

    assert careful.list_factors(signed_in.access_token).body["factors"][1]["left"] == 10
    assert careful.sign_in_with(new[9]).status == 201


def test_of_two_requests_at_once_one_is_answered_with_codes(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, wire: Wire) -> None:
    """Those of the other would be shown in vain."""
    first: list[Answer] = []
    wire.before("PutItem", lambda: first.append(
        careful.create_recovery_codes(signed_in.access_token)))

    assert careful.create_recovery_codes(signed_in.access_token).outcome == (404, "not_found")
    assert careful.sign_in_with(first[0].body["recovery_codes"][0]).status == 201


def test_who_has_no_second_factor_needs_none(careful: FactorOwner, signed_in: Pair) -> None:
    """Nor do codes turn one on by themselves, also beside an app that is not confirmed."""
    careful.begin_enrolment(signed_in.access_token)

    assert careful.create_recovery_codes(signed_in.access_token).outcome == (404, "not_found")


def test_who_has_only_the_password_gets_none_of_a_factor_that_is_turned_on_meanwhile(
        careful: FactorOwner, signed_in: Pair, wire: Wire, clock: Clock) -> None:
    """The account is read before the factors, and its owner confirms the app in between."""
    app = careful.begin_enrolment(signed_in.access_token)
    thief = careful.sign_in().pair
    # The session, the account, the identity, and the session again.
    wire.after("GetItem", *[lambda: None] * 3, lambda: careful.confirm_totp(
        signed_in.access_token, app.code(clock.now)))

    answer = careful.create_recovery_codes(thief.access_token)

    assert careful.sign_in().outcome == (401, "second_factor_required")
    assert answer.outcome == (404, "not_found")


def test_ten_minutes_after_the_code_it_is_asked_for_again(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, clock: Clock) -> None:
    clock.advance(540)

    answer = careful.create_recovery_codes(signed_in.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert careful.sign_in_with(enrolled.recovery_codes[0]).status == 201


def test_the_person_is_told(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled,
                            courier: Courier) -> None:
    careful.create_recovery_codes(signed_in.access_token)

    assert courier.errands[-1].occasion is Notice.RECOVERY_CODES_REPLACED
