"""POST /session with a ticket and a code: the second step of a sign-in."""

from typing import Any
from uuid import uuid4

import pytest

from shared.errors import InvalidCode
from shared.mail.notices import Notice
from shared.sign_in.second_factor import Spent
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import PASSWORD, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.mail import Courier
from tests.support.second_factors import Enrolled, FactorOwner
from tests.support.wire import Wire


def test_a_ticket_and_a_code_sign_in(careful: FactorOwner, enrolled: Enrolled) -> None:
    answer = careful.sign_in_with(careful.next_code(enrolled.app))

    context = careful.authorize(answer.pair.access_token)["context"]
    assert answer.status == 201
    assert answer.body.keys() == {"access_token", "refresh_token", "access_token_expires_in",
                                  "refresh_token_expires_in", "token_type", "device_token"}
    assert (context["amr"], context["acr"], context["auth_time"]) == ("pwd otp", "aal2", NOW + 60)


def test_a_recovery_code_signs_in_once(careful: FactorOwner, enrolled: Enrolled,
                                       courier: Courier) -> None:
    """The person is told how many are left."""
    answer = careful.sign_in_with(enrolled.recovery_codes[7])

    context = careful.authorize(answer.pair.access_token)["context"]
    told = courier.errands[-1]
    assert (context["amr"], context["acr"]) == ("pwd rec", "aal2")
    assert (told.occasion, told.as_event()["left"]) == (Notice.RECOVERY_CODE_USED, 9)
    assert careful.sign_in_with(enrolled.recovery_codes[7]).outcome == (401, "invalid_code")


@pytest.mark.parametrize("write", [
    str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "),
    lambda code: code.replace("O", "0").replace("I", "1")],
    ids=["small", "whole", "blanks", "digits"])
def test_a_recovery_code_may_be_typed_as_people_do(careful: FactorOwner, enrolled: Enrolled,
                                                   write: object) -> None:
    assert callable(write)

    assert careful.sign_in_with(write(enrolled.recovery_codes[0])).status == 201


def test_every_recovery_code_works(careful: FactorOwner, enrolled: Enrolled) -> None:
    assert {careful.sign_in_with(code).status for code in enrolled.recovery_codes} == {201}
    assert careful.sign_in().body["kinds"] == ["totp"]


def test_a_code_works_once(careful: FactorOwner, enrolled: Enrolled) -> None:
    """Nor does an earlier one that is still within the skew, once a later one was used."""
    now = careful.services.now()
    later, present = careful.next_code(enrolled.app), enrolled.app.code(now)

    assert careful.sign_in_with(later).status == 201
    assert careful.sign_in_with(later).outcome == (401, "invalid_code")
    assert careful.sign_in_with(present).outcome == (401, "invalid_code")


@pytest.mark.parametrize(("skew", "is_good"), [(-2, False), (-1, True), (0, True), (1, True),
                                               (2, False)])
def test_a_clock_may_be_one_step_off(careful: FactorOwner, enrolled: Enrolled, clock: Clock,
                                     skew: int, is_good: bool) -> None:
    clock.advance(300)

    answer = careful.sign_in_with(enrolled.app.code(clock.now + 30 * skew))

    assert (answer.status == 201) is is_good


def test_a_ticket_works_once(careful: FactorOwner, enrolled: Enrolled, clock: Clock) -> None:
    """Also with a code that was not used, of either kind."""
    ticket = careful.ticket()
    careful.second_step(ticket, careful.next_code(enrolled.app))
    clock.advance(60)

    again = [careful.second_step(ticket, code)
             for code in (enrolled.app.code(clock.now), enrolled.recovery_codes[0])]

    assert {answer.outcome for answer in again} == {(401, "invalid_ticket")}


def test_a_used_ticket_costs_no_recovery_code(careful: FactorOwner, enrolled: Enrolled) -> None:
    ticket = careful.ticket()
    careful.second_step(ticket, careful.next_code(enrolled.app))
    careful.second_step(ticket, enrolled.recovery_codes[0])

    assert careful.sign_in_with(enrolled.recovery_codes[0]).status == 201


def test_a_code_that_was_used_leaves_the_ticket_good(
        careful: FactorOwner, enrolled: Enrolled, clock: Clock) -> None:
    code = careful.next_code(enrolled.app)
    careful.sign_in_with(code)
    ticket = careful.ticket()
    assert careful.second_step(ticket, code).name == "invalid_code"

    assert careful.second_step(ticket, enrolled.recovery_codes[0]).status == 201


@pytest.mark.parametrize("of_app", [True, False])
def test_of_two_equal_codes_at_once_one_is_spent(
        careful: FactorOwner, enrolled: Enrolled, cloud: Cloud, of_app: bool) -> None:
    """Found good by both, and by one of them within a session."""
    code = careful.next_code(enrolled.app) if of_app else enrolled.recovery_codes[0]
    second_factor, user_id = careful.services.second_factor, cloud.item("users")["UserId"]
    spent: list[Spent] = []

    with pytest.raises(InvalidCode):
        second_factor.spend_at_sign_in(user_id, code, "", lambda: spent.append(
            second_factor.spend_in_session(user_id, code)))
    assert len(spent) == 1


@pytest.mark.parametrize("change", [{"password_version": 7}, {"second_factor": None}])
def test_a_second_step_under_a_change_leaves_no_session(
        careful: FactorOwner, enrolled: Enrolled, cloud: Cloud, wire: Wire,
        change: dict[str, int | None]) -> None:
    """Of the password, or of the second factor by an operator, who has swept the sessions."""
    cloud.drop("sessions")
    ticket = careful.ticket()
    wire.before("TransactWriteItems", lambda: cloud.change("identities", **change))

    answer = careful.second_step(ticket, enrolled.recovery_codes[0])

    assert answer.outcome == (401, "bad_credentials")
    assert cloud.items("sessions") == []


def test_a_known_device_stays_the_same(careful: FactorOwner, enrolled: Enrolled) -> None:
    tokens = careful.services.device_tokens
    first = careful.sign_in_with(enrolled.recovery_codes[0]).device_token

    again = careful.second_step(careful.ticket(device_token=first), enrolled.recovery_codes[1])

    assert tokens.read(again.device_token) == tokens.read(first)


def test_the_owner_is_told_of_guesses_by_somebody_who_has_the_password(
        careful: FactorOwner, enrolled: Enrolled, courier: Courier) -> None:
    """Not of a slip or two, which are the owner's own (OWASP ASVS 5.0, 6.3.5)."""
    wrong = enrolled.app.wrong_code(careful.services.now())
    told = []
    for _ in range(6):
        careful.second_step(careful.ticket(), wrong)
        told.append(courier.errands[-1].occasion is Notice.CODES_GUESSED)

    assert told == [False] * 4 + [True] * 2
    assert [errand.occasion for errand in courier.errands].count(Notice.CODES_GUESSED) == 1


def test_a_wrong_code_leaves_the_ticket_good(careful: FactorOwner, enrolled: Enrolled) -> None:
    ticket = careful.ticket()
    careful.second_step(ticket, enrolled.app.wrong_code(careful.services.now()))

    assert careful.second_step(ticket, careful.next_code(enrolled.app)).status == 201


@pytest.mark.parametrize(("seconds", "outcome"), [(299, 201), (300, 401)])
def test_a_ticket_lasts_five_minutes(careful: FactorOwner, enrolled: Enrolled, clock: Clock,
                                     seconds: int, outcome: int) -> None:
    ticket = careful.ticket()
    clock.advance(seconds)

    assert careful.second_step(ticket, enrolled.app.code(clock.now)).status == outcome


def test_a_ticket_dies_with_the_password(careful: FactorOwner, signed_in: Pair,
                                         enrolled: Enrolled) -> None:
    ticket = careful.ticket()
    Owner(careful.services).change_password(signed_in.access_token)

    assert careful.second_step(ticket, careful.next_code(enrolled.app)).outcome == (
        401, "invalid_ticket")


def test_a_ticket_dies_with_the_factor(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled
                                       ) -> None:
    ticket = careful.ticket()
    careful.delete_totp(signed_in.access_token)

    assert careful.second_step(ticket, enrolled.recovery_codes[0]).outcome == (
        401, "invalid_ticket")


def test_a_ticket_of_a_blocked_account_opens_nothing(careful: FactorOwner, enrolled: Enrolled,
                                                     cloud: Cloud) -> None:
    ticket = careful.ticket()
    cloud.drop("sessions")
    cloud.change("users", blocked_at=NOW)

    answer = careful.second_step(ticket, careful.next_code(enrolled.app))

    assert answer.outcome == (401, "account_blocked")
    assert cloud.items("sessions") == []


def test_a_recovery_code_that_is_spent_in_vain_is_told(
        careful: FactorOwner, enrolled: Enrolled, cloud: Cloud, courier: Courier) -> None:
    ticket = careful.ticket()
    cloud.change("users", blocked_at=NOW)

    assert careful.second_step(ticket, enrolled.recovery_codes[0]).name == "account_blocked"

    assert courier.errands[-1].occasion is Notice.RECOVERY_CODE_USED


def test_a_ticket_dies_with_the_account(careful: FactorOwner, enrolled: Enrolled, cloud: Cloud
                                        ) -> None:
    ticket = careful.ticket()
    cloud.drop("users")

    assert careful.second_step(ticket, enrolled.recovery_codes[0]).outcome == (
        401, "invalid_ticket")


def test_a_ticket_is_of_the_client_that_it_was_given_to(careful: FactorOwner, enrolled: Enrolled
                                                        ) -> None:
    other = FactorOwner(careful.services, "another-app")

    assert other.second_step(careful.ticket(), careful.next_code(enrolled.app)).outcome == (
        401, "invalid_ticket")


@pytest.mark.parametrize("ticket", ["nonsense", "a.b.c", "x" * 3000])
def test_what_is_no_ticket_is_refused(careful: FactorOwner, enrolled: Enrolled, ticket: str
                                      ) -> None:
    assert careful.second_step(ticket, careful.next_code(enrolled.app)).outcome == (
        401, "invalid_ticket")


def test_no_other_token_of_ours_is_a_ticket(careful: FactorOwner, signed_in: Pair,
                                            enrolled: Enrolled) -> None:
    device = careful.sign_in_with(enrolled.recovery_codes[0]).device_token
    tokens = (signed_in.access_token, signed_in.refresh_token, device)

    assert {careful.second_step(token, enrolled.recovery_codes[1]).outcome for token in tokens} == {
        (401, "invalid_ticket")}


def test_guesses_are_limited_apart_from_those_at_the_password(
        careful: FactorOwner, enrolled: Enrolled, cloud: Cloud) -> None:
    ticket, wrong = careful.ticket(), enrolled.app.wrong_code(careful.services.now())
    guesses = [careful.second_step(ticket, wrong).outcome for _ in range(6)]

    assert guesses == [(401, "invalid_code")] * 5 + [(429, "too_many_attempts")]
    assert careful.sign_in().name == "second_factor_required", "the password's count is its own"


def test_whoever_knows_the_password_cannot_make_its_owner_wait(
        careful: FactorOwner, enrolled: Enrolled, clock: Clock) -> None:
    """On a device on which they have signed in with both factors before."""
    device = careful.sign_in_with(careful.next_code(enrolled.app)).device_token
    clock.advance(60)
    wrong = enrolled.app.wrong_code(clock.now)
    for _ in range(6):
        careful.second_step(careful.ticket(), wrong)

    on_device = careful.ticket(device_token=device)

    assert careful.second_step(on_device, enrolled.app.code(clock.now)).status == 201


def test_devices_that_knew_an_earlier_password_are_counted_with_strangers(
        careful: FactorOwner, signed_in: Pair, enrolled: Enrolled) -> None:
    """Each change of the password gives a token of another device, and no more guesses with it."""
    owner, pair = Owner(careful.services), signed_in
    passwords = [PASSWORD, NEW_PASSWORD, f"{PASSWORD} by lovelace", f"{PASSWORD} by menabrea"]
    devices = []
    for current, new in zip(passwords, passwords[1:]):
        answer = owner.change_password(pair.access_token, current, new)
        pair = answer.pair
        devices.append(answer.device_token)

    guesses = [careful.second_step(careful.ticket(password=passwords[-1], device_token=device),
                                   enrolled.app.wrong_code(careful.services.now())).name
               for device in devices[:-1] for _ in range(4)]

    assert guesses == ["invalid_code"] * 5 + ["too_many_attempts"] * 3


def test_nor_within_a_session(careful: FactorOwner, signed_in: Pair, enrolled: Enrolled) -> None:
    """Where the owner changes the password that was found out."""
    wrong = enrolled.app.wrong_code(careful.services.now())
    for _ in range(6):
        careful.second_step(careful.ticket(), wrong)

    answer = careful.reauthenticate(signed_in.access_token, code=careful.next_code(enrolled.app))

    assert answer.status == 200


def test_a_success_on_such_a_device_clears_its_count(
        careful: FactorOwner, enrolled: Enrolled, clock: Clock) -> None:
    """No stranger has part in it."""
    device = careful.sign_in_with(enrolled.recovery_codes[0]).device_token

    def guess() -> str:
        wrong = enrolled.app.wrong_code(clock.now)
        return careful.second_step(careful.ticket(device_token=device), wrong).name

    before = [guess() for _ in range(4)]
    careful.second_step(careful.ticket(device_token=device), enrolled.recovery_codes[1])
    after = [guess() for _ in range(5)]

    assert before + after == ["invalid_code"] * 9


def test_a_device_that_has_only_shown_the_password_is_counted_with_strangers(
        careful: FactorOwner, clock: Clock) -> None:
    """So that a mailbox, which gives a device token with each reset, gives no more guesses."""
    signed_in = careful.sign_in()
    app = careful.enrol(signed_in.pair.access_token).app
    clock.advance(60)
    wrong = app.wrong_code(clock.now)
    for _ in range(5):
        careful.second_step(careful.ticket(), wrong)

    on_device = careful.ticket(device_token=signed_in.device_token)

    assert careful.second_step(on_device, app.code(clock.now)).name == "too_many_attempts"


def test_a_success_leaves_the_guesses_of_others_counted(
        careful: FactorOwner, enrolled: Enrolled) -> None:
    """Whoever knows the password would else get more of them with each sign-in of its owner."""
    wrong = enrolled.app.wrong_code(careful.services.now())
    for _ in range(4):
        careful.second_step(careful.ticket(), wrong)
    careful.sign_in_with(careful.next_code(enrolled.app))

    outcomes = [careful.second_step(careful.ticket(), wrong).name for _ in range(2)]

    assert outcomes == ["invalid_code", "too_many_attempts"]


def test_the_first_step_stores_nothing(careful: FactorOwner, enrolled: Enrolled, cloud: Cloud
                                       ) -> None:
    before = [cloud.items(table) for table in ("sessions", "factors", "users", "identities")]

    careful.sign_in()

    assert before == [cloud.items(table) for table in ("sessions", "factors", "users",
                                                       "identities")]


def test_a_wrong_password_says_nothing_of_a_second_factor(careful: FactorOwner,
                                                          enrolled: Enrolled) -> None:
    answer = careful.sign_in(password="not this one, but as long")

    assert answer.outcome == (401, "bad_credentials")
    assert answer.body.keys() == {"name", "message"}


def test_a_sign_in_under_way_does_not_outlive_the_turning_on(careful: FactorOwner,
                                                             signed_in: Pair) -> None:
    """It has read the identity before, and looks again."""
    services = careful.services
    identity = services.owners.find(str(careful.authorize(signed_in.access_token)["context"]
                                        ["user_id"]))
    careful.enrol(signed_in.access_token)

    with pytest.raises(Exception, match="wrong"):
        services.password_check.confirm(identity)


def test_the_session_id_is_new(careful: FactorOwner, enrolled: Enrolled) -> None:
    """No id of the first step becomes one of a session."""
    answer = careful.sign_in_with(enrolled.recovery_codes[0])

    session_id = careful.authorize(answer.pair.access_token)["context"]["session_id"]
    assert len(str(session_id)) == len(str(uuid4()))
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("first", ["code", "passkey"])
@pytest.mark.parametrize("second", ["code", "passkey", "another passkey"])
def test_a_ticket_opens_one_session_whatever_is_shown(
        first: str, second: str, owner: Owner, phone: Pair, passkey: dict[str, Any],
        device: Device, cloud: Cloud) -> None:
    another = Device()
    owner.add_passkey(phone.access_token, another)
    codes, ticket = iter(passkey["recovery_codes"]), owner.ticket()
    before = len(cloud.items("sessions"))

    def show(what: str) -> Answer:
        if what == "code":
            return owner.second_step(ticket, next(codes))
        return owner.sign_in_by(another if what == "another passkey" else device, ticket)

    assert show(first).status == 201

    assert show(second).outcome == (401, "invalid_ticket")
    assert len(cloud.items("sessions")) == before + 1
