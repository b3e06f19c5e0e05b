"""PUT /session/passkey: the user of a session shows again who they are, by a passkey."""

from typing import Any

import pytest

from tests.support.account_owner import Owner
from tests.support.application import PASSWORD, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSKEYS, SDK, TOKENS
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSKEYS


def test_a_passkey_makes_the_session_fresh(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    """Its newest pair is answered, as by a refresh."""
    clock.advance(640)
    assert owner.begin_passkey(phone.access_token).name == "reauthentication_required"

    answer = owner.show_again_by(device, phone.access_token)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert (answer.status, answer.body["access_token_expires_in"]) == (200, 3600)
    assert (context["auth_time"], context["amr"], context["acr"]) == (
        NOW + 700, "pwd hwk user", "aal2")
    assert owner.begin_passkey(answer.pair.access_token).status == 200


def test_the_session_is_the_same_and_no_token_is_spent(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    """The generation stays, so that a lost answer signs nobody out."""
    owner.show_again_by(device, phone.access_token)

    assert cloud.item("sessions")["generation"] == 0
    assert owner.account(phone.access_token).status == 200
    assert owner.refresh(phone).status == 200


def test_another_passkey_of_the_user_will_do(
        owner: Owner, phone: Pair, passkey: dict[str, Any]) -> None:
    other = Device()
    owner.add_passkey(phone.access_token, other)

    assert owner.show_again_by(other, phone.access_token).status == 200


@pytest.mark.parametrize(("by", "amr"), [("totp", "otp hwk user"), ("recovery", "rec hwk user")])
def test_a_session_that_a_passkey_opened_keeps_its_level_with_a_code(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, clock: Clock, by: str,
        amr: str) -> None:
    """No password was ever shown in it."""
    app = owner.enrol(phone.access_token).app
    pair = owner.sign_in_by(device).pair
    clock.advance(700)
    code = owner.next_code(app) if by == "totp" else passkey["recovery_codes"][0]

    answer = owner.reauthenticate(pair.access_token, code=code)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert (context["auth_time"], context["amr"], context["acr"]) == (NOW + 760, amr, "aal2")
    assert owner.begin_passkey(answer.pair.access_token).status == 200


def test_a_session_that_a_passkey_opened_shows_it_again(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    pair = owner.sign_in_by(device).pair
    clock.advance(700)

    answer = owner.show_again_by(device, pair.access_token)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert (context["auth_time"], context["amr"], context["acr"]) == (
        NOW + 760, "hwk user", "aal2")


def test_after_the_passkey_is_gone_the_password_is_what_counts(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    """The session must not say that a passkey was shown just now."""
    pair = owner.sign_in_by(device).pair
    owner.delete_passkey(pair.access_token, passkey["id"])
    clock.advance(700)

    answer = owner.reauthenticate(pair.access_token, password=PASSWORD)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert (context["auth_time"], context["amr"], context["acr"]) == (NOW + 760, "pwd", "aal1")


def test_the_password_is_not_enough_beside_a_passkey(
        owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock) -> None:
    clock.advance(700)

    answer = owner.reauthenticate(phone.access_token, password=PASSWORD)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]


def test_an_app_is_among_what_can_be_shown(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                           clock: Clock) -> None:
    owner.enrol(phone.access_token)
    clock.advance(700)

    assert owner.begin_passkey(phone.access_token).body["kinds"] == [
        "passkey", "totp", "recovery_code"]


def test_without_a_password_a_recovery_code_shows_it_too(
        strict: Owner, by_link: Answer, clock: Clock) -> None:
    clock.advance(700)
    token = by_link.pair.access_token

    assert strict.begin_passkey(token).body["kinds"] == ["passkey", "recovery_code"]
    answer = strict.reauthenticate(token, code=by_link.body["recovery_codes"][0])
    assert strict.add_passkey(answer.pair.access_token, Device()).status == 201


def test_a_ticket_is_answered_once(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                   device: Device) -> None:
    options = owner.begin_passkey_sign_in(phone.access_token).body
    first = owner.show_passkey(phone.access_token, options["ticket"],
                               device.answer(options["public_key"]))

    again = owner.show_passkey(phone.access_token, options["ticket"],
                               device.answer(options["public_key"]))

    assert (first.status, again.outcome) == (200, (401, "invalid_ticket"))


def test_a_ticket_is_of_one_session(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                    device: Device) -> None:
    """Else a thief could have it answered in a session of his own."""
    other = owner.sign_in_by(device).pair
    options = owner.begin_passkey_sign_in(other.access_token).body

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                device.answer(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_a_ticket_is_of_one_user(owner: Owner, phone: Pair, passkey: dict[str, Any], bobs: Device
                                 ) -> None:
    his = owner.sign_in_by(bobs).pair
    options = owner.begin_passkey_sign_in(his.access_token).body

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                bobs.answer(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_no_other_ticket_shows_anything(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                        device: Device) -> None:
    """Not even with a right answer to it."""
    options = [owner.begin_passkey_sign_in().body,
               owner.begin_passkey_sign_in(ticket=owner.ticket()).body]
    answers = [owner.show_passkey(phone.access_token, one["ticket"],
                                  device.answer(one["public_key"])) for one in options]
    answers += [owner.show_passkey(phone.access_token, token,
                                   device.answer(options[0]["public_key"]))
                for token in (owner.ticket(), phone.access_token, "nonsense")]

    assert {answer.outcome for answer in answers} == {(401, "invalid_ticket")}


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 401)])
def test_a_ticket_lasts_five_minutes(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, clock: Clock,
        seconds: int, status: int) -> None:
    options = owner.begin_passkey_sign_in(phone.access_token).body
    clock.advance(seconds)

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                device.answer(options["public_key"]))

    assert answer.status == status
    assert status == 200 or answer.name == "invalid_ticket"


def test_a_session_that_ends_meanwhile_is_not_brought_back(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, wire: Wire,
        cloud: Cloud) -> None:
    """It ends between its look and the write."""
    wire.before("UpdateItem", lambda: owner.sign_out(phone.access_token))

    assert owner.show_again_by(device, phone.access_token).outcome == (401, "session_ended")
    assert cloud.items("sessions") == []


def test_an_ended_session_spends_no_passkey(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    options = owner.begin_passkey_sign_in(phone.access_token).body
    owner.sign_out(phone.access_token)
    before = cloud.items("factors")

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                device.answer(options["public_key"]))

    assert answer.outcome == (401, "session_ended")
    assert cloud.items("factors") == before


def test_a_passkey_that_was_removed_shows_nothing(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    owner.add_passkey(phone.access_token, Device())
    options = owner.begin_passkey_sign_in(phone.access_token).body
    owner.delete_passkey(phone.access_token, passkey["id"])

    answer = owner.show_passkey(phone.access_token, options["ticket"],
                                device.answer(options["public_key"]))

    assert answer.outcome == (401, "unknown_passkey")


def test_another_client_cannot_use_the_token(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    options = owner.begin_passkey_sign_in(phone.access_token).body
    other = Owner(owner.services, "another-app")

    assert other.show_passkey(phone.access_token, options["ticket"],
                              device.answer(options["public_key"])).outcome == (
        401, "unauthorized")


def test_an_expired_access_token_is_refused(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    clock.advance(3539)
    options = owner.begin_passkey_sign_in(phone.access_token).body
    clock.advance(1)

    assert owner.show_passkey(phone.access_token, options["ticket"],
                              device.answer(options["public_key"])).outcome == (
        401, "unauthorized")
