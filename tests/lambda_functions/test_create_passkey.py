"""POST /factors/passkey: adds the passkey that a browser has made."""

from typing import Any

import pytest

from shared.factors.passkeys import MOST_PASSKEYS, passkey_id
from shared.mail.notices import Notice
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Pair
from tests.support.authenticator import BACKED_UP, SYNCED, Device, InvalidState
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSKEYS, SDK, TOKENS
from tests.support.mail import Courier
from tests.support.possession import encoded
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSKEYS


def test_the_first_factor_comes_with_ten_recovery_codes(owner: Owner, phone: Pair, device: Device
                                                        ) -> None:
    answer = owner.add_passkey(phone.access_token, device, name=" Ada's phone ")

    codes = answer.body.pop("recovery_codes")
    [key] = device.keys
    assert answer.status == 201
    assert len(set(codes)) == 10 and {len(code) for code in codes} == {19}
    assert {name: value for name, value in answer.body.items() if name != "recovery_codes"} == {
        "id": passkey_id(encoded(key.credential_id)), "kind": "passkey", "name": "Ada's phone",
        "created_at": NOW, "last_used_at": None, "rp_id": "example.org", "backed_up": False}


def test_a_passkey_without_a_name_is_called_one(passkey: dict[str, Any]) -> None:
    assert passkey["name"] == "Passkey"


def test_it_signs_in_alone(owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    assert owner.sign_in_by(device).status == 201


def test_the_password_alone_does_not_sign_in_from_then_on(
        owner: Owner, passkey: dict[str, Any]) -> None:
    answer = owner.sign_in()

    assert answer.outcome == (401, "second_factor_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]


def test_with_the_first_factor_all_sessions_end_but_that_of_the_caller(
        owner: Owner, phone: Pair, laptop: Pair, device: Device) -> None:
    """A password alone has opened them."""
    assert owner.add_passkey(phone.access_token, device).status == 201

    assert owner.account(phone.access_token).status == 200
    assert owner.refresh(laptop).outcome == (401, "session_ended")


def test_a_second_factor_more_shows_no_codes_and_ends_no_session(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    """All sessions that there are have shown a factor."""
    other = owner.sign_in_by(device).pair

    answer = owner.add_passkey(phone.access_token, Device())

    assert (answer.status, answer.body["recovery_codes"]) == (201, [])
    assert owner.refresh(other).status == 200


def test_a_passkey_beside_an_app_leaves_the_recovery_codes_good(
        owner: Owner, phone: Pair, device: Device) -> None:
    enrolled = owner.enrol(phone.access_token)

    answer = owner.add_passkey(phone.access_token, device)

    assert (answer.status, answer.body["recovery_codes"]) == (201, [])
    assert owner.sign_in_with(enrolled.recovery_codes[0]).status == 201
    assert owner.sign_in().body["kinds"] == ["passkey", "totp", "recovery_code"]


@pytest.mark.parametrize("first", ["passkey", "totp"])
def test_the_person_is_told_of_each(owner: Owner, phone: Pair, courier: Courier, device: Device,
                                    first: str) -> None:
    if first == "totp":
        owner.enrol(phone.access_token)
    else:
        owner.add_passkey(phone.access_token, Device())
    courier.errands.clear()

    owner.add_passkey(phone.access_token, device)

    assert [(errand.occasion, errand.email) for errand in courier.errands] == [
        (Notice.PASSKEY_ADDED, EMAIL)]


@pytest.mark.parametrize(("flags", "amr"), [(0, "pwd hwk user"), (SYNCED, "pwd swk user"),
                                            (SYNCED | BACKED_UP, "pwd swk user")])
def test_the_session_of_the_caller_has_shown_it(
        owner: Owner, phone: Pair, device: Device, flags: int, amr: str) -> None:
    """Its next tokens say so, and the authorizer does at once."""
    device.flags |= flags

    added = owner.add_passkey(phone.access_token, device).body

    context = owner.authorize(phone.access_token)["context"]
    assert (context["amr"], context["acr"]) == (amr, "aal2")
    assert added["backed_up"] is bool(flags & BACKED_UP)


def test_what_is_kept_of_it_has_no_secret(passkey: dict[str, Any], device: Device, cloud: Cloud
                                          ) -> None:
    """Its public key is of use to nobody."""
    [kept] = [item for item in cloud.items("factors") if item["FactorId"] != "recovery"]

    assert kept.keys() == {
        "UserId", "FactorId", "credential_id", "public_key", "rp_id", "name", "created_at",
        "counter", "synced", "backed_up", "transports", "spent_by"}
    assert kept["FactorId"] == f"passkey#{passkey['id']}"
    assert (kept["rp_id"], kept["counter"], kept["transports"]) == (
        "example.org", 0, "hybrid internal")


def test_the_same_device_makes_no_second_one(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    """Its browser finds the one that it has among those that are named."""
    with pytest.raises(InvalidState):
        owner.add_passkey(phone.access_token, device)


def test_who_sends_it_twice_learns_that_it_is_there(
        owner: Owner, phone: Pair, device: Device) -> None:
    """The recovery codes of the first time stay good."""
    options = owner.begin_passkey(phone.access_token).body
    credential = device.make(options["public_key"])
    first = owner.create_passkey(phone.access_token, options["ticket"], credential)

    again = owner.create_passkey(phone.access_token, options["ticket"], credential)

    assert again.outcome == (409, "factor_exists")
    assert owner.sign_in_with(first.body["recovery_codes"][0]).status == 201


def test_a_ticket_adds_one_passkey(owner: Owner, phone: Pair, device: Device) -> None:
    options = owner.begin_passkey(phone.access_token).body
    assert owner.create_passkey(phone.access_token, options["ticket"],
                                device.make(options["public_key"])).status == 201

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  Device().make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


@pytest.mark.parametrize("change", ["add an app", "remove an app"])
def test_a_ticket_dies_with_another_change_of_the_factors(
        owner: Owner, phone: Pair, device: Device, change: str) -> None:
    if change == "remove an app":
        owner.enrol(phone.access_token)
    options = owner.begin_passkey(phone.access_token).body
    if change == "remove an app":
        owner.delete_totp(phone.access_token)
    else:
        owner.enrol(phone.access_token)

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


@pytest.mark.parametrize(("seconds", "status"), [(299, 201), (300, 401)])
def test_a_ticket_lasts_five_minutes(owner: Owner, phone: Pair, device: Device, clock: Clock,
                                     seconds: int, status: int) -> None:
    options = owner.begin_passkey(phone.access_token).body
    clock.advance(seconds)

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.status == status
    assert status == 201 or answer.name == "invalid_ticket"


def test_a_ticket_is_of_one_session(owner: Owner, phone: Pair, laptop: Pair, device: Device
                                    ) -> None:
    options = owner.begin_passkey(laptop.access_token).body

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_a_ticket_is_of_one_client(owner: Owner, phone: Pair, device: Device) -> None:
    other = Owner(owner.services, "another-app")
    options = other.begin_passkey(other.sign_in().pair.access_token).body

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_no_other_ticket_adds_one(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                  device: Device) -> None:
    """Nor does any other token of ours."""
    made = device.copy().make(owner.begin_passkey(phone.access_token).body["public_key"]
                              | {"excludeCredentials": []})
    tickets = (owner.begin_passkey_sign_in().body["ticket"],
               owner.begin_passkey_sign_in(phone.access_token).body["ticket"],
               owner.begin_passkey_sign_in(ticket=owner.ticket()).body["ticket"],
               owner.ticket(), phone.access_token, phone.refresh_token, "nonsense")

    assert {owner.create_passkey(phone.access_token, ticket, made).outcome
            for ticket in tickets} == {(401, "invalid_ticket")}


def test_an_old_session_is_not_enough(owner: Owner, phone: Pair, device: Device, clock: Clock,
                                      cloud: Cloud) -> None:
    clock.advance(590)
    options = owner.begin_passkey(phone.access_token).body
    clock.advance(10)

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.outcome == (401, "reauthentication_required")
    assert cloud.items("factors") == []


def test_who_has_twenty_gets_no_more(owner: Owner, phone: Pair) -> None:
    """All of them are named, so that no device makes a second one."""
    for _ in range(MOST_PASSKEYS):
        assert owner.add_passkey(phone.access_token, Device()).status == 201

    named = owner.begin_passkey(phone.access_token).body["public_key"]["excludeCredentials"]
    assert len(named) == MOST_PASSKEYS == 20
    assert owner.add_passkey(phone.access_token, Device()).outcome == (409, "too_many_passkeys")


def test_nothing_is_added_without_a_sweep_before_it(
        owner: Owner, phone: Pair, device: Device, cloud: Cloud, wire: Wire) -> None:
    options = owner.begin_passkey(phone.access_token).body
    # After the query for the factors.
    wire.after("Query", lambda: wire.cut("Query"))

    answer = owner.create_passkey(phone.access_token, options["ticket"],
                                  device.make(options["public_key"]))

    assert answer.outcome == (503, "unavailable")
    assert cloud.items("factors") == []


def test_a_session_that_is_opened_meanwhile_ends_too(
        owner: Owner, phone: Pair, device: Device, wire: Wire) -> None:
    opened = list[Pair]()
    wire.before("TransactWriteItems", lambda: opened.append(owner.sign_in().pair))

    assert owner.add_passkey(phone.access_token, device).status == 201

    assert owner.refresh(opened[0]).outcome == (401, "session_ended")


def test_a_change_that_half_succeeded_is_told_and_finished_by_its_retry(
        owner: Owner, phone: Pair, device: Device, wire: Wire, courier: Courier) -> None:
    """A session that was opened meanwhile would live on beside the passkey."""
    options, opened = owner.begin_passkey(phone.access_token).body, list[Pair]()
    credential = device.make(options["public_key"])
    wire.before("TransactWriteItems", lambda: opened.append(owner.sign_in().pair))
    wire.after("TransactWriteItems", lambda: None, lambda: wire.cut("Query"))

    answer = owner.create_passkey(phone.access_token, options["ticket"], credential)

    assert answer.outcome == (503, "unavailable")
    assert [errand.occasion for errand in courier.errands] == [Notice.PASSKEY_ADDED]
    wire.mend()
    assert owner.refresh(opened[0]).status == 200
    assert owner.create_passkey(phone.access_token, options["ticket"], credential).outcome == (
        409, "factor_exists")
    assert owner.refresh(opened[0]).outcome == (401, "session_ended")
    assert owner.account(phone.access_token).status == 200


def test_of_two_at_once_one_is_added(owner: Owner, phone: Pair, device: Device, wire: Wire,
                                     cloud: Cloud) -> None:
    """The recovery codes of the other would be good for nothing."""
    added = list[int]()
    wire.before("TransactWriteItems", lambda: added.append(
        owner.add_passkey(phone.access_token, Device()).status))

    answer = owner.add_passkey(phone.access_token, device)

    assert (added, answer.outcome) == ([201], (503, "unavailable"))
    assert len(cloud.items("factors")) == 2


def test_a_lost_answer_of_the_store_adds_it_once(
        owner: Owner, phone: Pair, device: Device, wire: Wire, cloud: Cloud) -> None:
    wire.lose_answers("TransactWriteItems", times=2)

    answer = owner.add_passkey(phone.access_token, device)

    assert (answer.status, len(answer.body["recovery_codes"])) == (201, 10)
    assert len(cloud.items("factors")) == 2
    assert owner.sign_in_by(device).status == 201


def test_two_people_may_have_credentials_of_one_id(
        owner: Owner, phone: Pair, bobs: Device, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is found by the user, so that nobody can keep another from adding one."""
    monkeypatch.setattr("tests.support.authenticator.secrets.token_bytes",
                        lambda _: bobs.keys[0].credential_id)

    assert owner.add_passkey(phone.access_token, device).status == 201

    users = [owner.authorize(owner.sign_in_by(one).pair.access_token)["context"]["user_id"]
             for one in (device, bobs)]
    assert len(set(users)) == 2


def test_after_the_last_factor_was_removed_another_one_is_added(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    """With recovery codes, because it is the first one again; the tickets from before are dead."""
    before = owner.begin_passkey(phone.access_token).body
    assert owner.delete_passkey(phone.access_token, passkey["id"]).status == 200
    dead = owner.create_passkey(phone.access_token, before["ticket"],
                                Device().make(before["public_key"]))

    answer = owner.add_passkey(phone.access_token, Device())

    assert dead.outcome == (401, "invalid_ticket")
    assert answer.status == 201 and len(answer.body["recovery_codes"]) == 10
