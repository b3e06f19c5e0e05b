"""POST /user without a password, and POST /user/passkey: signs up with a passkey, by a link."""

from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import delete_user
from shared.factors.passkeys import passkey_id
from shared.mail.errands import Occasion
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL, PASSWORD, Answer, Pair
from tests.support.authenticator import Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSKEYS, SDK, TOKENS
from tests.support.mail import Courier, Outbox
from tests.support.possession import encoded
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSKEYS


def test_whoever_follows_the_link_has_an_account_and_a_session(
        strict: Owner, outbox: Outbox, device: Device, cloud: Cloud) -> None:
    strict.ask_to_sign_up()

    answer = strict.sign_up_by(device, outbox.last_token, name="Blue key")

    codes, pair = answer.body["recovery_codes"], answer.pair
    context = strict.authorize(pair.access_token)["context"]
    assert answer.status == 201
    assert answer.body.keys() == {
        "access_token", "refresh_token", "access_token_expires_in", "refresh_token_expires_in",
        "token_type", "device_token", "id", "passkey", "recovery_codes"}
    assert answer.body["id"] == context["user_id"] == cloud.item("users")["UserId"]
    assert answer.body["passkey"] == {
        "id": passkey_id(encoded(device.keys[0].credential_id)), "kind": "passkey",
        "name": "Blue key", "created_at": NOW, "last_used_at": None, "rp_id": "example.org",
        "backed_up": False}
    assert len(set(codes)) == 10
    assert (context["amr"], context["acr"], context["auth_time"]) == ("hwk user", "aal2", NOW)


def test_the_address_is_verified_and_there_is_no_password(by_link: Answer, cloud: Cloud) -> None:
    identity = cloud.item("identities")

    assert identity["Identity"] == f"email#{EMAIL}"
    assert identity["email_verified"] is True
    assert identity["second_factor"]
    assert not {"password_hash", "cost", "pepper_id"} & identity.keys()


def test_the_answer_and_the_mail_are_of_the_same_shape_for_a_taken_address(
        strict: Owner, outbox: Outbox, by_link: Answer) -> None:
    """Nobody learns by it who has an account; the owner learns that somebody has asked."""
    new, taken = strict.ask_to_sign_up("new@example.org"), strict.ask_to_sign_up()

    assert (new.status, new.text) == (taken.status, taken.text)
    assert (taken.status, taken.body) == (202, {"message": "check your mail to continue"})
    assert outbox.subjects[-1] != outbox.subjects[-2]
    assert "#token=" not in outbox.messages[-1].text


def test_there_is_no_account_before_the_link_is_followed(strict: Owner, cloud: Cloud) -> None:
    strict.ask_to_sign_up()

    assert cloud.items("users") == cloud.items("identities") == cloud.items("factors") == []


def test_who_has_signed_up_with_a_password_and_not_verified_it_may_choose_another(
        strict: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Whoever signed up first may not be the owner of the address."""
    strict.sign_up()

    strict.ask_to_sign_up()

    assert strict.begin_passkey_sign_up(outbox.last_token).outcome == (400, "invalid_link")
    assert strict.reset_password(outbox.last_token).status == 200


def test_an_errand_of_its_own_asks_for_the_mail(strict: Owner) -> None:
    courier = strict.services.errand_queue
    assert isinstance(courier, Courier)

    strict.ask_to_sign_up()

    assert [errand.occasion for errand in courier.errands] == [Occasion.SIGN_UP]


def test_requests_for_it_are_counted_as_other_mail_is(strict: Owner, outbox: Outbox) -> None:
    """A mailbox gets no more than of any kind, and its owner is not told on."""
    answers = {strict.ask_to_sign_up().status for _ in range(12)}

    assert answers == {202} and 1 < len(outbox.messages) < 12


@pytest.mark.parametrize("email", ["not an address", "", "ada@corp.local"])
def test_what_is_no_address_gets_no_mail(strict: Owner, email: str, outbox: Outbox) -> None:
    assert strict.ask_to_sign_up(email).outcome == (400, "invalid_email")
    assert outbox.messages == []


def test_a_link_makes_one_account(strict: Owner, outbox: Outbox, by_link: Answer, cloud: Cloud
                                  ) -> None:
    again = strict.begin_passkey_sign_up(outbox.last_token)

    assert again.outcome == (400, "invalid_link")
    assert len(cloud.items("users")) == 1 and len(cloud.items("factors")) == 2


def test_of_two_links_to_one_address_one_makes_an_account(
        strict: Owner, outbox: Outbox, device: Device, cloud: Cloud) -> None:
    strict.ask_to_sign_up()
    first = outbox.last_token
    strict.ask_to_sign_up()

    answers = [strict.sign_up_by(Device(), token) for token in (outbox.last_token, first)]

    assert [answer.status for answer in answers] == [201, 409]
    assert len(cloud.items("users")) == 1


def test_a_ticket_is_of_one_link(strict: Owner, outbox: Outbox, device: Device, cloud: Cloud
                                 ) -> None:
    strict.ask_to_sign_up()
    options = strict.begin_passkey_sign_up(outbox.last_token).body
    strict.ask_to_sign_up("bob@byron.example.org")

    answer = strict.create_passkey_user(outbox.last_token, options["ticket"],
                                        device.make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")
    assert cloud.items("users") == []


def test_a_ticket_is_of_one_client(strict: Owner, outbox: Outbox, device: Device) -> None:
    strict.ask_to_sign_up()
    options = strict.begin_passkey_sign_up(outbox.last_token).body
    other = Owner(strict.services, "another-app")

    answer = other.create_passkey_user(outbox.last_token, options["ticket"],
                                       device.make(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_no_other_ticket_signs_up(strict: Owner, by_link: Answer, outbox: Outbox, device: Device
                                  ) -> None:
    to_add = strict.begin_passkey(by_link.pair.access_token).body
    made = Device().make(to_add["public_key"])
    strict.ask_to_sign_up("bob@byron.example.org")
    token = outbox.last_token

    answers = [strict.create_passkey_user(token, ticket, made) for ticket in (
        to_add["ticket"], strict.begin_passkey_sign_in().body["ticket"], token, "nonsense")]

    assert {answer.outcome for answer in answers} == {(401, "invalid_ticket")}


@pytest.mark.parametrize(("seconds", "status"), [(299, 201), (300, 401)])
def test_a_ticket_lasts_five_minutes(strict: Owner, outbox: Outbox, device: Device, clock: Clock,
                                     seconds: int, status: int) -> None:
    strict.ask_to_sign_up()
    options = strict.begin_passkey_sign_up(outbox.last_token).body
    clock.advance(seconds)

    answer = strict.create_passkey_user(outbox.last_token, options["ticket"],
                                        device.make(options["public_key"]))

    assert answer.status == status


def test_the_link_is_verified_too(strict: Owner, outbox: Outbox, device: Device, clock: Clock
                                  ) -> None:
    strict.ask_to_sign_up()
    clock.advance(1700)
    options = strict.begin_passkey_sign_up(outbox.last_token).body
    clock.advance(100)

    answer = strict.create_passkey_user(outbox.last_token, options["ticket"],
                                        device.make(options["public_key"]))

    assert answer.outcome == (400, "invalid_link")


def test_a_passkey_that_is_refused_makes_no_account(
        strict: Owner, outbox: Outbox, device: Device, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """The link stays good."""
    strict.ask_to_sign_up()
    options = strict.begin_passkey_sign_up(outbox.last_token).body

    answer = strict.create_passkey_user(
        outbox.last_token, options["ticket"],
        device.make(options["public_key"], origin="https://example.com"))

    assert answer.outcome == (401, "invalid_passkey")
    assert audit_lines()[-1]["event"] == "authn_passkey_wrong_origin"
    assert cloud.items("users") == cloud.items("factors") == []
    assert strict.sign_up_by(Device(), outbox.last_token).status == 201


def test_a_sign_up_is_logged_with_its_session(
        strict: Owner, outbox: Outbox, device: Device, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    strict.ask_to_sign_up()
    assert "user_created" not in {line["event"] for line in audit_lines()}

    strict.sign_up_by(device, outbox.last_token)

    line, session = audit_lines()[-1], cloud.item("sessions")
    assert (line["event"], line["user_id"], line["session_id"]) == (
        "user_created", session["UserId"], session["SessionId"])


def test_a_lost_answer_of_the_store_costs_nobody_an_account(
        strict: Owner, outbox: Outbox, device: Device, wire: Wire, cloud: Cloud) -> None:
    strict.ask_to_sign_up()
    wire.lose_answers("TransactWriteItems", times=2)

    assert strict.sign_up_by(device, outbox.last_token).status == 201
    assert len(cloud.items("users")) == 1


def test_a_sign_up_that_half_succeeded_is_finished_by_signing_in(
        strict: Owner, outbox: Outbox, device: Device, wire: Wire, cloud: Cloud) -> None:
    """The account is there, and no session; the device has the passkey."""
    strict.ask_to_sign_up()
    wire.after("TransactWriteItems", lambda: wire.cut("TransactWriteItems"))

    answer = strict.sign_up_by(device, outbox.last_token)

    wire.mend()
    assert answer.outcome == (503, "unavailable")
    assert len(cloud.items("users")) == 1 and cloud.items("sessions") == []
    assert strict.sign_in_by(device).status == 201


# What such an account is like.


def test_it_signs_in_by_its_passkey_and_by_no_password(
        strict: Owner, by_link: Answer, device: Device) -> None:
    assert strict.sign_in_by(device).status == 201
    assert strict.sign_in(password=PASSWORD).outcome == (401, "bad_credentials")


def test_its_password_cannot_be_changed_without_one(strict: Owner, by_link: Answer) -> None:
    answer = strict.change_password(by_link.pair.access_token, PASSWORD)

    assert answer.outcome == (401, "bad_credentials")


def test_a_link_sets_a_first_password_which_needs_the_passkey_beside_it(
        strict: Owner, by_link: Answer, device: Device, outbox: Outbox) -> None:
    """So a mailbox alone recovers nothing: a factor that remains is asked for."""
    strict.forget_password()
    assert strict.reset_password(outbox.last_token).status == 200

    answer = strict.sign_in(password=NEW_PASSWORD)

    assert answer.outcome == (401, "second_factor_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]
    assert strict.sign_in_by(device, answer.body["ticket"]).status == 201


def test_who_has_lost_the_device_recovers_by_the_mailbox_and_a_recovery_code(
        strict: Owner, by_link: Answer, outbox: Outbox) -> None:
    strict.forget_password()
    strict.reset_password(outbox.last_token)
    ticket = strict.ticket(password=NEW_PASSWORD)

    pair = strict.second_step(ticket, by_link.body["recovery_codes"][0]).pair

    assert strict.add_passkey(pair.access_token, Device()).status == 201
    assert strict.delete_passkey(pair.access_token, by_link.body["passkey"]["id"]).status == 200


def test_it_is_exported(strict: Owner, by_link: Answer) -> None:
    """With what its owner may see of the passkey."""
    exported = strict.export(by_link.pair.access_token)

    assert exported.status == 200
    assert by_link.body["passkey"]["id"] in exported.text


def leave(owner: Owner, access_token: str) -> Answer:
    return owner.with_token(delete_user.handler, "DELETE", "/user", access_token, {})


def test_it_is_deleted_without_a_password_after_a_fresh_proof(
        strict: Owner, by_link: Answer, cloud: Cloud, device: Device) -> None:
    answer = leave(strict, by_link.pair.access_token)

    assert (answer.status, answer.body) == (200, {"message": "account deleted"})
    assert [cloud.items(table) for table in ("users", "identities", "sessions", "factors")] == [
        [], [], [], []]
    assert strict.sign_in_by(device).outcome == (401, "invalid_passkey")


def test_it_is_not_deleted_by_an_old_session(strict: Owner, by_link: Answer, clock: Clock,
                                             cloud: Cloud, device: Device) -> None:
    clock.advance(540)

    answer = leave(strict, by_link.pair.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["passkey", "recovery_code"]
    assert len(cloud.items("users")) == 1
    pair = strict.show_again_by(device, by_link.pair.access_token).pair
    assert leave(strict, pair.access_token).status == 200


def test_a_password_that_it_does_not_have_deletes_nothing(
        strict: Owner, by_link: Answer, cloud: Cloud) -> None:
    assert strict.leave(by_link.pair.access_token).outcome == (401, "bad_credentials")
    assert len(cloud.items("users")) == 1


def test_an_account_with_a_password_is_not_deleted_without_it(
        owner: Owner, phone: Pair, passkey: dict[str, Any], cloud: Cloud) -> None:
    answer = leave(owner, phone.access_token)

    assert answer.outcome == (400, "invalid_request")
    assert [fault["field"] for fault in answer.body["fields"]] == ["password"]
    assert len(cloud.items("users")) == 1


def test_a_password_that_is_set_while_it_is_deleted_keeps_it(
        strict: Owner, by_link: Answer, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    """Whoever set it must be asked for it."""
    strict.forget_password()
    wire.before("TransactWriteItems", lambda: strict.reset_password(outbox.last_token))

    assert leave(strict, by_link.pair.access_token).outcome == (401, "bad_credentials")
    assert len(cloud.items("users")) == 1


def test_a_link_signs_up_once_also_if_the_account_is_deleted(
        strict: Owner, device: Device, outbox: Outbox, cloud: Cloud) -> None:
    """Otherwise the id of the user would have two lives, and links of the first one work in the
    second."""
    strict.ask_to_sign_up()
    token = outbox.last_token
    options = strict.begin_passkey_sign_up(token).body
    credential = device.make(options["public_key"])
    first = strict.create_passkey_user(token, options["ticket"], credential)
    assert leave(strict, first.pair.access_token).status == 200

    again = strict.create_passkey_user(token, options["ticket"], credential)

    assert again.outcome == (400, "invalid_link")
    assert cloud.items("users") == []


def test_a_passkey_that_an_operator_removes_under_the_sign_up_opens_no_session(
        strict: Owner, device: Device, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    strict.ask_to_sign_up()
    # The first transaction stores the account, and the second one the session.
    wire.before("TransactWriteItems", lambda: None, lambda: cloud.drop("factors"))

    answer = strict.sign_up_by(device, outbox.last_token)

    assert answer.outcome == (401, "unknown_passkey")
    assert cloud.items("sessions") == []
