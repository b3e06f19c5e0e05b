"""PUT /session/authentication: the user shows again who they are."""

import pytest

from shared.mail.notices import Notice
from tests.support.application import PASSWORD, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSWORDS, SDK, TOKENS
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled, FactorOwner

LOADS = SDK | TOKENS | BODIES | PASSWORDS


def test_a_password_makes_the_session_fresh(careful: FactorOwner, signed_in: Pair, clock: Clock
                                            ) -> None:
    """Its newest pair is answered, as by a refresh."""
    clock.advance(700)

    answer = careful.reauthenticate(signed_in.access_token, password=PASSWORD)

    context = careful.authorize(answer.pair.access_token)["context"]
    assert answer.status == 200
    assert answer.body["access_token_expires_in"] == 3600
    assert (context["auth_time"], context["amr"], context["acr"]) == (NOW + 700, "pwd", "aal1")
    assert careful.create_totp(answer.pair.access_token).status == 201


def test_the_session_is_the_same_and_no_token_is_spent(careful: FactorOwner, signed_in: Pair,
                                                       clock: Clock, cloud: Cloud) -> None:
    """The generation stays, so that a lost answer signs nobody out."""
    clock.advance(700)
    careful.reauthenticate(signed_in.access_token, password=PASSWORD)

    assert cloud.item("sessions")["generation"] == 0
    assert careful.account(signed_in.access_token).status == 200
    assert careful.refresh(signed_in).status == 200


def test_a_code_makes_it_fresh_where_there_is_a_second_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, clock: Clock) -> None:
    clock.advance(700)
    assert careful.delete_totp(signed_in.access_token).name == "reauthentication_required"

    answer = careful.reauthenticate(signed_in.access_token, code=careful.next_code(enrolled.app))

    context = careful.authorize(answer.pair.access_token)["context"]
    assert (context["auth_time"], context["amr"], context["acr"]) == (
        NOW + 760, "pwd otp", "aal2")
    assert careful.delete_totp(answer.pair.access_token).status == 200


def test_a_recovery_code_does_too_and_the_person_is_told(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, courier: Courier) -> None:
    """Whoever has lost the app can then remove it."""
    answer = careful.reauthenticate(signed_in.access_token, code=enrolled.recovery_codes[4])

    context = careful.authorize(answer.pair.access_token)["context"]
    assert (context["amr"], context["acr"]) == ("pwd rec", "aal2")
    told = courier.errands[-1]
    assert (told.occasion, told.as_event()["left"]) == (Notice.RECOVERY_CODE_USED, 9)


@pytest.mark.parametrize("signs_in", [True, False])
def test_the_person_is_told_of_the_last_recovery_code_too(
        signs_in: bool, careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, courier: Courier
) -> None:
    *used, last = enrolled.recovery_codes
    for code in used:
        careful.sign_in_with(code)

    if signs_in:
        careful.sign_in_with(last)
    else:
        careful.reauthenticate(signed_in.access_token, code=last)

    told = courier.errands[-1]
    assert (told.occasion, told.as_event()["left"]) == (Notice.RECOVERY_CODE_USED, 0)


def test_a_password_is_not_enough_where_there_is_a_second_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, clock: Clock) -> None:
    clock.advance(700)

    answer = careful.reauthenticate(signed_in.access_token, password=PASSWORD)

    context = careful.authorize(signed_in.access_token)["context"]
    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert context["auth_time"] == NOW


def test_a_code_is_nothing_where_there_is_no_second_factor(careful: FactorOwner, signed_in: Pair
                                                           ) -> None:
    """An app that is not confirmed is none."""
    app = careful.begin_enrolment(signed_in.access_token)

    answer = careful.reauthenticate(signed_in.access_token, code=app.code(NOW))

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["password"]


def test_after_the_factor_is_gone_the_password_is_what_counts(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled, clock: Clock) -> None:
    """The session must not say that a second factor was shown just now."""
    careful.delete_totp(signed_in.access_token)
    clock.advance(700)

    answer = careful.reauthenticate(signed_in.access_token, password=PASSWORD)

    context = careful.authorize(answer.pair.access_token)["context"]
    assert (context["auth_time"], context["amr"], context["acr"]) == (NOW + 760, "pwd", "aal1")


def test_a_wrong_password_or_code_changes_nothing(careful: FactorOwner, signed_in: Pair,
                                                  clock: Clock) -> None:
    clock.advance(700)
    wrong_password = careful.reauthenticate(signed_in.access_token, password="not this one")
    careful.reauthenticate(signed_in.access_token, password=PASSWORD)
    app = careful.enrol(signed_in.access_token).app
    clock.advance(700)
    wrong_code = careful.reauthenticate(signed_in.access_token,
                                        code=app.wrong_code(careful.services.now()))

    context = careful.authorize(signed_in.access_token)["context"]
    assert wrong_password.outcome == (401, "bad_credentials")
    assert wrong_code.outcome == (401, "invalid_code")
    assert context["auth_time"] == NOW + 700


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD, "code": "123456"}])
def test_the_body_has_one_of_the_two(careful: FactorOwner, signed_in: Pair, body: dict[str, str]
                                     ) -> None:
    assert careful.reauthenticate(signed_in.access_token, **body).outcome == (
        400, "invalid_request")


def test_guesses_are_limited(careful: FactorOwner, signed_in: Pair) -> None:
    """For the user, and apart from those at sign-in."""
    for _ in range(5):
        careful.reauthenticate(signed_in.access_token, password="not this one")

    assert careful.reauthenticate(signed_in.access_token, password=PASSWORD).outcome == (
        429, "too_many_attempts")
    assert careful.sign_in().status == 201


def test_an_ended_session_is_not_brought_back(careful: FactorOwner, signed_in: Pair, cloud: Cloud
                                              ) -> None:
    careful.sign_out(signed_in.access_token)

    assert careful.reauthenticate(signed_in.access_token, password=PASSWORD).outcome == (
        401, "session_ended")
    assert cloud.items("sessions") == []


def test_an_expired_access_token_is_refused(careful: FactorOwner, signed_in: Pair, clock: Clock
                                            ) -> None:
    clock.advance(3600)

    assert careful.reauthenticate(signed_in.access_token, password=PASSWORD).outcome == (
        401, "unauthorized")


def test_a_spent_access_token_gets_no_newer_pair(careful: FactorOwner, signed_in: Pair,
                                                 clock: Clock) -> None:
    """Not even with the password; the session lives on."""
    careful.account(signed_in.access_token)
    clock.advance(3545)
    newer = careful.refresh(signed_in).pair
    careful.account(newer.access_token)
    within_grace = careful.reauthenticate(signed_in.access_token, password=PASSWORD)
    clock.advance(31)

    spent = careful.reauthenticate(signed_in.access_token, password=PASSWORD)

    assert within_grace.status == 200
    assert spent.outcome == (401, "unauthorized")
    assert careful.account(newer.access_token).status == 200


def test_another_client_cannot_use_the_token(careful: FactorOwner, signed_in: Pair) -> None:
    other = FactorOwner(careful.services, "another-app")

    assert other.reauthenticate(signed_in.access_token, password=PASSWORD).outcome == (
        401, "unauthorized")
