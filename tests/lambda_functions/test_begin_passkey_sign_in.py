"""POST /session/passkey/options: begins to sign in, or to show again who one is, with a passkey."""

from typing import Any

import pytest

from shared.factors.relying_party import challenge_of
from tests.support.account_owner import Owner
from tests.support.application import Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, SDK, TOKENS
from tests.support.possession import encoded
from tests.support.wire import Wire

# A ticket is signed, and nothing is verified here but tokens of ours.
LOADS = SDK | TOKENS | BODIES
TABLES = "users", "identities", "sessions", "factors", "attempts"


def test_any_passkey_of_the_stage_will_do(owner: Owner) -> None:
    answer = owner.begin_passkey_sign_in()

    assert answer.status == 200
    assert answer.body.keys() == {"ticket", "ticket_expires_in", "public_key"}
    assert answer.body["ticket_expires_in"] == 300
    assert answer.body["public_key"] == {
        "rpId": "example.org", "challenge": encoded(challenge_of(answer.body["ticket"])),
        "timeout": 300_000, "userVerification": "required", "allowCredentials": []}


def test_it_asks_no_table_and_stores_nothing(owner: Owner, cloud: Cloud, wire: Wire) -> None:
    """A page may ask at each visit, for passkeys that a browser offers in a form."""
    owner.begin_passkey_sign_in()
    wire.sent.clear()

    assert owner.begin_passkey_sign_in().status == 200
    assert wire.sent == []


def test_no_challenge_is_like_another(owner: Owner) -> None:
    challenges = {owner.begin_passkey_sign_in().body["public_key"]["challenge"] for _ in range(9)}

    assert len(challenges) == 9


def test_at_the_second_step_those_of_the_user_are_named(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, bobs: Device,
        clock: Clock) -> None:
    """The ticket lasts as long as that of the first step."""
    other = Device()
    owner.add_passkey(phone.access_token, other)
    ticket = owner.ticket()
    clock.advance(100)

    answer = owner.begin_passkey_sign_in(ticket=ticket)

    options = answer.body["public_key"]
    assert (answer.status, answer.body["ticket_expires_in"]) == (200, 200)
    assert options["timeout"] == 200_000
    assert options["allowCredentials"] == [
        {"type": "public-key", "id": encoded(one.keys[0].credential_id),
         "transports": ["hybrid", "internal"]} for one in (device, other)]


def test_the_ticket_of_the_first_step_stays_good(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    """A person may take a recovery code after all."""
    ticket = owner.ticket()
    before = [cloud.items(table) for table in TABLES]
    owner.begin_passkey_sign_in(ticket=ticket)

    assert [cloud.items(table) for table in TABLES] == before
    assert owner.second_step(ticket, passkey["recovery_codes"][0]).status == 201


def test_in_a_session_those_of_its_user_are_named(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, bobs: Device) -> None:
    answer = owner.begin_passkey_sign_in(phone.access_token)

    assert (answer.status, answer.body["ticket_expires_in"]) == (200, 300)
    assert [named["id"] for named in answer.body["public_key"]["allowCredentials"]] == [
        encoded(device.keys[0].credential_id)]


def test_a_session_needs_no_fresh_proof_for_it(
        owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock) -> None:
    """That is what it is for."""
    clock.advance(2000)

    assert owner.begin_passkey_sign_in(phone.access_token).status == 200


@pytest.mark.parametrize("at", ["a session", "the second step"])
def test_who_has_no_passkey_is_told_so(owner: Owner, phone: Pair, at: str) -> None:
    if at == "a session":
        answer = owner.begin_passkey_sign_in(phone.access_token)
    else:
        owner.enrol(phone.access_token)
        answer = owner.begin_passkey_sign_in(ticket=owner.ticket())

    assert answer.outcome == (404, "not_found")


@pytest.mark.parametrize("at", ["a session", "the second step"])
def test_after_a_move_those_of_the_former_domain_are_not_named(
        owner: Owner, phone: Pair, passkey: dict[str, Any], moved: Owner, at: str) -> None:
    answer = (moved.begin_passkey_sign_in(phone.access_token) if at == "a session" else
              moved.begin_passkey_sign_in(ticket=owner.ticket()))

    assert answer.outcome == (404, "not_found")


def test_a_ticket_and_a_token_are_not_sent_together(
        owner: Owner, phone: Pair, passkey: dict[str, Any]) -> None:
    answer = owner.begin_passkey_sign_in(phone.access_token, ticket=owner.ticket())

    assert answer.outcome == (400, "invalid_request")


def test_a_dead_ticket_is_refused(owner: Owner, phone: Pair, passkey: dict[str, Any], clock: Clock
                                  ) -> None:
    """Of another client, of before a change of the password, too old, or none of ours."""
    other = Owner(owner.services, "another-app")
    tickets = [other.ticket(), owner.begin_passkey_sign_in().body["ticket"], "nonsense",
               phone.access_token]
    old = owner.ticket()
    owner.change_password(phone.access_token)
    tickets.append(old)

    assert {owner.begin_passkey_sign_in(ticket=ticket).outcome for ticket in tickets} == {
        (401, "invalid_ticket")}


def test_a_ticket_dies_with_the_last_factor(owner: Owner, phone: Pair, passkey: dict[str, Any]
                                            ) -> None:
    ticket = owner.ticket()
    owner.delete_passkey(phone.access_token, passkey["id"])

    assert owner.begin_passkey_sign_in(ticket=ticket).outcome == (401, "invalid_ticket")


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 401)])
def test_it_dies_after_five_minutes(owner: Owner, passkey: dict[str, Any], clock: Clock,
                                    seconds: int, status: int) -> None:
    ticket = owner.ticket()
    clock.advance(seconds)

    assert owner.begin_passkey_sign_in(ticket=ticket).status == status


def test_an_access_token_is_verified(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                     clock: Clock) -> None:
    """Of another client, none of ours, or expired."""
    other = Owner(owner.services, "another-app")

    assert other.begin_passkey_sign_in(phone.access_token).outcome == (401, "unauthorized")
    assert owner.begin_passkey_sign_in("nonsense").outcome == (401, "unauthorized")
    assert owner.begin_passkey_sign_in(phone.refresh_token).outcome == (401, "unauthorized")
    clock.advance(3600)
    assert owner.begin_passkey_sign_in(phone.access_token).outcome == (401, "unauthorized")


def test_an_ended_session_begins_nothing(owner: Owner, phone: Pair, passkey: dict[str, Any]
                                         ) -> None:
    owner.sign_out(phone.access_token)

    assert owner.begin_passkey_sign_in(phone.access_token).outcome == (401, "session_ended")


def test_a_passkey_of_a_former_domain_is_not_among_what_can_be_shown(
        owner: Owner, phone: Pair, passkey: dict[str, Any], moved: Owner, clock: Clock) -> None:
    assert moved.sign_in().body["kinds"] == ["recovery_code"]
    clock.advance(600)

    assert moved.create_totp(phone.access_token).body["kinds"] == ["recovery_code"]
