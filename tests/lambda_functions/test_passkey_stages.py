"""Passkeys on stages of each kind: without any, with a second factor for everybody, and with
applications that prove the possession of a key.
"""

from typing import Any

import pytest

from shared.wiring.services import Services
from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import API, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Courier, Outbox, with_mail
from tests.support.possession import Prover

DAY = 86_400
NOT_CONFIGURED = (404, "passkeys_not_configured")


# A stage without passkeys.


@pytest.fixture
def without(cloud: Cloud, clock: Clock, outbox: Outbox, owner: Owner) -> Owner:
    """The application of Ada, on its stage after the operators have turned passkeys off."""
    return Owner(with_mail(cloud.services(clock, passkey_rp_id="", passkey_origins=(), **MAIL),
                           outbox))


@pytest.fixture
def strict_without(cloud: Cloud, clock: Clock, outbox: Outbox) -> Owner:
    """An application of a stage that requires a verified address and has no passkeys."""
    return Owner(with_mail(cloud.services(clock, passkey_rp_id="", passkey_origins=(),
                                          require_verified_email=True, **MAIL), outbox))


def test_nothing_is_begun_there(owner: Owner, without: Owner, phone: Pair, passkey: dict[str, Any]
                                ) -> None:
    answers = [without.begin_passkey(phone.access_token), without.begin_passkey_sign_in(),
               without.begin_passkey_sign_in(phone.access_token),
               without.begin_passkey_sign_in(ticket=without.ticket())]

    assert {answer.outcome for answer in answers} == {NOT_CONFIGURED}


def test_who_has_no_passkey_is_told_the_same(without: Owner, phone: Pair) -> None:
    answers = [without.begin_passkey_sign_in(phone.access_token)]
    without.enrol(phone.access_token)
    answers.append(without.begin_passkey_sign_in(ticket=without.ticket()))

    assert {answer.outcome for answer in answers} == {NOT_CONFIGURED}


def test_nothing_is_finished_there(owner: Owner, without: Owner, phone: Pair, device: Device,
                                   passkey: dict[str, Any], cloud: Cloud) -> None:
    """Of ceremonies that were begun while there were passkeys."""
    to_add, to_sign_in, again = (answer.body for answer in (
        owner.begin_passkey(phone.access_token), owner.begin_passkey_sign_in(),
        owner.begin_passkey_sign_in(phone.access_token)))
    before = cloud.items("factors"), cloud.items("sessions")

    answers = [
        without.create_passkey(phone.access_token, to_add["ticket"],
                               Device().make(to_add["public_key"])),
        without.passkey_session(to_sign_in["ticket"], device.answer(to_sign_in["public_key"])),
        without.show_passkey(phone.access_token, again["ticket"],
                             device.answer(again["public_key"]))]

    assert {answer.outcome for answer in answers} == {NOT_CONFIGURED}
    assert before == (cloud.items("factors"), cloud.items("sessions"))


def test_nobody_signs_up_with_one_there(strict: Owner, strict_without: Owner, outbox: Outbox,
                                        device: Device, cloud: Cloud) -> None:
    strict.ask_to_sign_up()
    token = outbox.last_token
    options = strict.begin_passkey_sign_up(token).body

    answers = [strict_without.begin_passkey_sign_up(token), strict_without.create_passkey_user(
        token, options["ticket"], device.make(options["public_key"]))]

    assert {answer.outcome for answer in answers} == {NOT_CONFIGURED}
    assert cloud.items("users") == []


def test_what_is_left_of_before_is_listed_named_and_removed(
        owner: Owner, without: Owner, phone: Pair, passkey: dict[str, Any], cloud: Cloud) -> None:
    assert without.rename_passkey(phone.access_token, passkey["id"], "Old").status == 200
    assert without.list_factors(phone.access_token).body["factors"][0]["name"] == "Old"
    assert without.delete_passkey(phone.access_token, passkey["id"]).status == 200
    assert cloud.items("factors") == []


def test_a_recovery_code_takes_the_place_of_a_passkey_there(
        without: Owner, passkey: dict[str, Any]) -> None:
    assert without.sign_in_with(passkey["recovery_codes"][0]).status == 201


def test_a_sign_up_without_a_password_is_refused_there(strict_without: Owner, outbox: Outbox
                                                       ) -> None:
    answer = strict_without.ask_to_sign_up()

    assert answer.outcome == (400, "invalid_request")
    assert answer.body["fields"] == [{"field": "password", "message": "Field required"}]
    assert outbox.messages == []


@pytest.mark.parametrize("has_passkeys", [True, False])
def test_so_it_is_where_no_address_has_to_be_verified(
        owner: Owner, without: Owner, has_passkeys: bool, cloud: Cloud) -> None:
    """A stranger could have a passkey in an account with another person's address."""
    answer = (owner if has_passkeys else without).ask_to_sign_up("bob@byron.example.org")

    assert answer.outcome == (400, "invalid_request")
    assert answer.body["fields"] == [{"field": "password", "message": "Field required"}]
    assert len(cloud.items("users")) == 1


# A stage that requires a second factor.


@pytest.fixture
def demanding(cloud: Cloud, clock: Clock, outbox: Outbox) -> Owner:
    """Ada has signed up on a stage that requires one and gives a day to enrol it."""
    services = with_mail(cloud.services(clock, token_issuer=API, require_second_factor=True,
                                        enrolment_grace_seconds=DAY, **MAIL), outbox)
    owner = Owner(services)
    assert owner.sign_up().status == 201
    return owner


def test_a_passkey_is_enough_and_the_deadline_goes(
        demanding: Owner, device: Device, clock: Clock, cloud: Cloud) -> None:
    pair = demanding.sign_in().pair
    assert demanding.authorize(pair.access_token)["context"]["enrol_by"] == NOW + DAY

    demanding.add_passkey(pair.access_token, device)

    assert "enrol_by" not in demanding.authorize(pair.access_token)["context"]
    assert "enrol_by" not in cloud.item("sessions")
    clock.advance(DAY)
    newer = demanding.refresh(pair).pair
    assert demanding.account(newer.access_token).status == 200


def test_who_comes_late_can_still_add_one(demanding: Owner, device: Device, clock: Clock) -> None:
    demanding.sign_in()
    clock.advance(DAY)
    pair = demanding.sign_in().pair
    assert demanding.account(pair.access_token).outcome == (401, "enrolment_required")

    assert demanding.add_passkey(pair.access_token, device).status == 201

    assert demanding.account(pair.access_token).status == 200


def test_a_session_that_a_passkey_opened_has_no_deadline(
        demanding: Owner, device: Device, clock: Clock) -> None:
    demanding.add_passkey(demanding.sign_in().pair.access_token, device)
    clock.advance(DAY)

    pair = demanding.sign_in_by(device).pair

    assert "enrol_by" not in demanding.authorize(pair.access_token)["context"]
    assert demanding.account(pair.access_token).status == 200


def test_without_its_passkey_an_account_is_asked_for_a_factor_at_once(
        demanding: Owner, device: Device, clock: Clock) -> None:
    first = demanding.sign_in().pair
    passkey_id = demanding.add_passkey(first.access_token, device).body["id"]
    clock.advance(DAY)
    pair = demanding.sign_in_by(device).pair
    demanding.delete_passkey(pair.access_token, passkey_id)

    again = demanding.sign_in().pair

    assert demanding.account(again.access_token).outcome == (401, "enrolment_required")


# Applications that prove the possession of a key.


@pytest.fixture
def bound(mailing: Services) -> Owner:
    """Ada has signed up with an application that must do so."""
    bound = Owner(mailing, "strict-app", Prover(), must_prove=True)
    assert bound.sign_up().status == 201
    return bound


def as_bearer(owner: Owner) -> Owner:
    """The same application, or whoever sends what it sends, without a proof."""
    other = Owner(owner.services, owner.client_id)
    other.principal = owner.principal
    return other


def thief(owner: Owner) -> Owner:
    """Whoever sends what it sends with a key of their own."""
    return Owner(owner.services, owner.client_id, Prover(), must_prove=True)


def test_it_adds_and_uses_passkeys(bound: Owner, device: Device, cloud: Cloud) -> None:
    pair = bound.sign_in().pair
    passkey_id = bound.add_passkey(pair.access_token, device).body["id"]

    answers = [bound.sign_in_by(device), bound.sign_in_by(device, bound.ticket()),
               bound.show_again_by(device, pair.access_token)]

    assert bound.prover
    assert [answer.status for answer in answers] == [201, 201, 200]
    assert {answer.body["token_type"] for answer in answers} == {"DPoP"}
    assert {session["jkt"] for session in cloud.items("sessions")} == {bound.prover.thumbprint}
    assert bound.rename_passkey(pair.access_token, passkey_id, "Mine").status == 200
    assert bound.delete_passkey(pair.access_token, passkey_id).status == 200


def test_without_a_proof_a_passkey_signs_nobody_in(bound: Owner, device: Device, cloud: Cloud
                                                   ) -> None:
    """And nothing of it is spent."""
    bound.add_passkey(bound.sign_in().pair.access_token, device)
    before = cloud.items("factors")

    assert as_bearer(bound).sign_in_by(device).outcome == (401, "invalid_dpop_proof")
    assert cloud.items("factors") == before


def test_a_copied_token_begins_nothing_and_shows_nothing(bound: Owner, device: Device) -> None:
    pair = bound.sign_in().pair
    bound.add_passkey(pair.access_token, device)
    options = bound.begin_passkey_sign_in(pair.access_token).body

    for other in (as_bearer(bound), thief(bound)):
        assert other.begin_passkey_sign_in(pair.access_token).outcome == (401, "unauthorized")
        assert other.show_passkey(pair.access_token, options["ticket"], device.answer(
            options["public_key"])).outcome == (401, "unauthorized")
        assert not other.is_let_in(pair.access_token)


def test_its_older_sessions_show_nothing(bound: Owner, device: Device) -> None:
    """Which it opened before it had to prove possession."""
    bound.add_passkey(bound.sign_in().pair.access_token, device)
    older = as_bearer(bound)
    older.principal = {"client_id": bound.client_id, "must_prove": 0}
    pair = older.sign_in_by(device).pair
    options = older.begin_passkey_sign_in(pair.access_token).body
    older.principal = bound.principal

    assert older.begin_passkey_sign_in(pair.access_token).outcome == (401, "unauthorized")
    assert older.show_passkey(pair.access_token, options["ticket"], device.answer(
        options["public_key"])).outcome == (401, "unauthorized")


def test_a_sign_up_by_a_link_is_bound_too(strict: Owner, outbox: Outbox, device: Device,
                                          cloud: Cloud) -> None:
    bound = Owner(strict.services, "strict-app", Prover(), must_prove=True)
    bound.ask_to_sign_up()

    refused = as_bearer(bound).sign_up_by(Device(), outbox.last_token)
    answer = bound.sign_up_by(device, outbox.last_token)

    assert bound.prover
    assert refused.outcome == (401, "invalid_dpop_proof")
    assert (answer.status, answer.body["token_type"]) == (201, "DPoP")
    assert cloud.item("sessions")["jkt"] == bound.prover.thumbprint


# A stage that requires a verified address.


def test_an_app_can_be_added_beside_a_passkey_without_a_password(
        strict: Owner, by_link: Answer, clock: Clock) -> None:
    """Its codes show again who the person is; they sign in after a password only."""
    token = by_link.pair.access_token
    app = strict.enrol(token).app
    clock.advance(700)

    assert strict.begin_passkey(token).body["kinds"] == ["passkey", "totp", "recovery_code"]
    answer = strict.reauthenticate(token, code=strict.next_code(app))
    context = strict.authorize(answer.pair.access_token)["context"]
    assert (context["amr"], context["acr"]) == ("otp hwk user", "aal2")


def test_new_recovery_codes_take_a_fresh_proof(strict: Owner, by_link: Answer, clock: Clock,
                                               device: Device) -> None:
    clock.advance(700)
    token = by_link.pair.access_token
    assert strict.create_recovery_codes(token).name == "reauthentication_required"

    pair = strict.show_again_by(device, token).pair

    assert strict.create_recovery_codes(pair.access_token).status == 201


def test_it_has_sessions_like_any_other(strict: Owner, by_link: Answer, device: Device) -> None:
    other = strict.sign_in_by(device).pair

    assert len(strict.list_sessions(other.access_token).body["sessions"]) == 2
    assert strict.end_session(other.access_token,
                              session_id(strict, by_link.pair)).status == 200
    assert strict.refresh(by_link.pair).outcome == (401, "session_ended")


def test_another_address_can_be_asked_for_without_a_password(
        strict: Owner, by_link: Answer, outbox: Outbox, device: Device) -> None:
    courier = strict.services.errand_queue
    assert isinstance(courier, Courier)

    assert strict.change_email(by_link.pair.access_token).status == 202
    del outbox.messages[-1]
    assert strict.confirm_email(outbox.last_token, by_link.pair.access_token).status == 200

    pair = strict.sign_in_by(device).pair
    assert strict.account(pair.access_token).body["email"] == "ada@byron.example.org"
