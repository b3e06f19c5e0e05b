"""PUT /factors/totp: turns the app on by a code of it."""

from base64 import b64decode
from typing import Any

import pytest

from shared.mail.notices import Notice
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, KEYS, SDK
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire

LOADS = SDK | KEYS | BODIES


def test_ten_recovery_codes_are_shown(careful: FactorOwner, signed_in: Pair) -> None:
    app = careful.begin_enrolment(signed_in.access_token)

    answer = careful.confirm_totp(signed_in.access_token, app.code(careful.services.now()))

    codes = answer.body["recovery_codes"]
    assert answer.status == 200 and answer.body.keys() == {"recovery_codes"}
    assert len(set(codes)) == 10 and {len(code) for code in codes} == {19}


def test_from_then_on_the_password_alone_does_not_sign_in(careful: FactorOwner,
                                                          enrolled: Enrolled) -> None:
    answer = careful.sign_in()

    assert answer.outcome == (401, "second_factor_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert answer.body["ticket_expires_in"] == 300
    assert "access_token" not in answer.body


def test_all_sessions_end_but_that_of_the_caller(careful: FactorOwner, signed_in: Pair,
                                                 clock: Clock) -> None:
    """A password alone has opened them."""
    other = careful.sign_in().pair

    careful.enrol(signed_in.access_token)

    assert careful.account(signed_in.access_token).status == 200
    assert careful.refresh(other).outcome == (401, "session_ended")


def test_nothing_is_turned_on_without_a_sweep_before_it(
        careful: FactorOwner, signed_in: Pair, cloud: Cloud, wire: Wire) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    # After the query for the factors.
    wire.after("Query", lambda: wire.cut("Query"))

    answer = careful.confirm_totp(signed_in.access_token, app.code(careful.services.now()))

    assert answer.outcome == (503, "unavailable")
    assert "second_factor" not in cloud.item("identities")


def test_a_session_that_is_opened_meanwhile_ends_too(
        careful: FactorOwner, signed_in: Pair, wire: Wire) -> None:
    app, opened = careful.begin_enrolment(signed_in.access_token), list[Pair]()
    wire.before("TransactWriteItems", lambda: opened.append(careful.sign_in().pair))

    assert careful.confirm_totp(signed_in.access_token,
                                app.code(careful.services.now())).status == 200

    assert careful.refresh(opened[0]).outcome == (401, "session_ended")


def test_the_session_of_the_caller_has_shown_a_second_factor(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled) -> None:
    """Its next tokens say so, and the authorizer does at once."""
    context = careful.authorize(signed_in.access_token)["context"]

    assert (context["amr"], context["acr"]) == ("pwd otp", "aal2")


def test_the_code_that_turned_it_on_is_spent(careful: FactorOwner, signed_in: Pair) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    code = app.code(careful.services.now())
    careful.confirm_totp(signed_in.access_token, code)

    assert careful.sign_in_with(code).outcome == (401, "invalid_code")


def test_a_wrong_code_turns_nothing_on(careful: FactorOwner, signed_in: Pair) -> None:
    app = careful.begin_enrolment(signed_in.access_token)

    answer = careful.confirm_totp(signed_in.access_token,
                                  app.wrong_code(careful.services.now()))

    assert answer.outcome == (401, "invalid_code")
    assert careful.sign_in().status == 201


def test_guesses_at_the_code_are_limited(careful: FactorOwner, signed_in: Pair) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    now = careful.services.now()
    guesses = [careful.confirm_totp(signed_in.access_token, app.wrong_code(now)).status
               for _ in range(5)]

    answer = careful.confirm_totp(signed_in.access_token, app.code(now))

    assert guesses == [401] * 5
    assert answer.outcome == (429, "too_many_attempts")


def test_they_are_counted_with_guesses_at_a_factor_that_is_on(
        careful: FactorOwner, signed_in: Pair, clock: Clock) -> None:
    """Else whoever removes it and begins anew would have twice as many."""
    app = careful.begin_enrolment(signed_in.access_token)
    for _ in range(4):
        careful.confirm_totp(signed_in.access_token, app.wrong_code(clock.now))
    careful.confirm_totp(signed_in.access_token, app.code(clock.now))
    wrong = app.wrong_code(clock.now)

    guesses = [careful.reauthenticate(signed_in.access_token, code=wrong).name for _ in range(2)]

    assert guesses == ["invalid_code", "too_many_attempts"]


def test_there_must_be_something_to_confirm(careful: FactorOwner, signed_in: Pair) -> None:
    assert careful.confirm_totp(signed_in.access_token, "123456").outcome == (404, "not_found")


def test_nothing_is_confirmed_twice(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled
                                    ) -> None:
    """The recovery codes of the first time stay good."""
    answers = [careful.confirm_totp(signed_in.access_token, code) for code in (
        careful.next_code(enrolled.app), enrolled.app.wrong_code(careful.services.now()))]

    assert {answer.outcome for answer in answers} == {(409, "factor_exists")}
    assert careful.sign_in_with(enrolled.recovery_codes[0]).status == 201


def test_an_old_session_is_not_enough(careful: FactorOwner, signed_in: Pair, clock: Clock,
                                      cloud: Cloud) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    clock.advance(600)

    answer = careful.confirm_totp(signed_in.access_token, app.code(careful.services.now()))

    assert answer.outcome == (401, "reauthentication_required")
    assert "second_factor" not in cloud.item("identities")


@pytest.mark.parametrize("typed", [
    "{0}{1}", "{0} {1}", "{0}-{1}", " {0}{1} ", "{0}\u00a0{1}", "{0}{1}\r\n", "\u202d{0}{1}\u202c"])
def test_a_code_may_be_typed_as_apps_show_it(careful: FactorOwner, signed_in: Pair, typed: str
                                             ) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    code = app.code(careful.services.now())

    answer = careful.confirm_totp(signed_in.access_token, typed.format(code[:3], code[3:]))

    assert answer.status == 200


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u0966", "\uff10"])
def test_a_code_may_be_typed_in_the_digits_of_another_script(
        careful: FactorOwner, signed_in: Pair, zero: str) -> None:
    app = careful.begin_enrolment(signed_in.access_token)
    code = app.code(careful.services.now())

    answer = careful.confirm_totp(signed_in.access_token, "".join(
        chr(ord(zero) + int(digit)) for digit in code))

    assert answer.status == 200


def test_the_person_is_told(enrolled: Enrolled, courier: Courier) -> None:
    assert [(errand.occasion, errand.email) for errand in courier.errands] == [
        (Notice.FACTOR_ADDED, EMAIL)]


def test_recovery_codes_lie_in_the_table_as_digests(enrolled: Enrolled, cloud: Cloud) -> None:
    """Under a key that is sealed, so that the table alone is no use for guessing."""
    [kept] = [item for item in cloud.items("factors") if item["FactorId"] == "recovery"]

    assert len(b64decode(kept["secret"])) == 12 + 32 + 16, "nonce, key and tag"
    assert {name for name in kept if name.startswith("code_")} == {
        f"code_{number}" for number in range(10)}
    assert not [code for code in enrolled.recovery_codes
                if code in str(kept) or code.replace("-", "") in str(kept)]


def test_a_change_that_half_succeeded_is_told_and_finished_by_its_retry(
        careful: FactorOwner, signed_in: Pair, wire: Wire, clock: Clock, courier: Courier) -> None:
    """A session that was opened meanwhile would live on beside the factor."""
    app, opened = careful.begin_enrolment(signed_in.access_token), list[Pair]()
    wire.before("TransactWriteItems", lambda: opened.append(careful.sign_in().pair))
    wire.after("TransactWriteItems", lambda: None, lambda: wire.cut("Query"))

    answer = careful.confirm_totp(signed_in.access_token, app.code(clock.now))

    assert answer.outcome == (503, "unavailable")
    assert [errand.occasion for errand in courier.errands] == [Notice.FACTOR_ADDED]
    wire.mend()
    assert careful.refresh(opened[0]).status == 200
    assert careful.confirm_totp(signed_in.access_token, app.code(clock.now)).outcome == (
        409, "factor_exists")
    assert careful.refresh(opened[0]).outcome == (401, "session_ended")
    assert careful.account(signed_in.access_token).status == 200


def test_who_sends_it_twice_at_once_is_not_signed_out(
        careful: FactorOwner, signed_in: Pair, wire: Wire, clock: Clock) -> None:
    """The first has turned it on and not recorded the code in the session yet."""
    code = careful.begin_enrolment(signed_in.access_token).code(clock.now)

    def first() -> None:
        wire.after("TransactWriteItems", lambda: wire.cut("UpdateItem"))
        assert careful.confirm_totp(signed_in.access_token, code).outcome == (503, "unavailable")
        wire.mend()

    # The session, the account and the identity.
    wire.after("GetItem", *[lambda: None] * 2, first)

    assert careful.confirm_totp(signed_in.access_token, code).outcome == (409, "factor_exists")
    assert careful.account(signed_in.access_token).status == 200


def test_beside_a_passkey_an_app_shows_no_codes_and_ends_no_session(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, courier: Courier
) -> None:
    """The recovery codes of the first factor stay good, and all sessions have shown a factor."""
    other = owner.sign_in_by(device).pair
    courier.errands.clear()

    enrolled = owner.enrol(phone.access_token)

    assert enrolled.recovery_codes == ()
    assert owner.refresh(other).status == 200
    assert [errand.occasion for errand in courier.errands] == [Notice.FACTOR_ADDED]
    assert owner.sign_in().body["kinds"] == ["passkey", "totp", "recovery_code"]
    assert owner.sign_in_with(passkey["recovery_codes"][0]).status == 201


def test_of_an_app_and_a_passkey_at_once_one_is_added(
        owner: Owner, phone: Pair, device: Device, wire: Wire) -> None:
    """The recovery codes of the other would be good for nothing. Asked for again, it comes second,
    and is not told to be there before it is."""
    app, added = owner.begin_enrolment(phone.access_token), list[int]()
    wire.before("TransactWriteItems", lambda: added.append(
        owner.add_passkey(phone.access_token, device).status))

    code = app.code(owner.services.now())

    answer = owner.confirm_totp(phone.access_token, code)

    assert (added, answer.outcome) == ([201], (503, "unavailable"))
    assert owner.sign_in().body["kinds"] == ["passkey", "recovery_code"]
    again = owner.confirm_totp(phone.access_token, code)
    assert (again.status, again.body) == (200, {"recovery_codes": []})
