"""POST /session/passkey: signs in with a passkey, alone or beside a password."""

from typing import Any

import pytest

from shared.sign_in.passkey_check import MOST_TICKETS
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import Answer, Pair
from tests.support.authenticator import BACKED_UP, SYNCED, Device
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSKEYS, SDK, TOKENS
from tests.support.mail import Outbox
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSKEYS


def kept(cloud: Cloud) -> dict[str, Any]:
    """Return the item of the only passkey."""
    [item] = [item for item in cloud.items("factors") if item["FactorId"].startswith("passkey#")]
    return item


def test_a_passkey_signs_in_without_an_address(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    answer = owner.sign_in_by(device)

    context = owner.authorize(answer.pair.access_token)["context"]
    assert answer.status == 201
    assert answer.body.keys() == {"access_token", "refresh_token", "access_token_expires_in",
                                  "refresh_token_expires_in", "token_type", "device_token"}
    assert context["user_id"] == cloud.item("users")["UserId"]
    assert (context["amr"], context["acr"], context["auth_time"]) == (
        "hwk user", "aal2", NOW + 60)


@pytest.mark.parametrize(("flags", "amr"), [
    (0, "hwk user"), (SYNCED, "swk user"), (SYNCED | BACKED_UP, "swk user")])
def test_a_session_says_whether_its_key_may_leave_its_device(
        owner: Owner, phone: Pair, device: Device, flags: int, amr: str) -> None:
    device.flags |= flags
    owner.add_passkey(phone.access_token, device)

    pair = owner.sign_in_by(device).pair

    assert owner.authorize(pair.access_token)["context"]["amr"] == amr


def test_it_is_the_second_step_after_a_password(
        owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    answer = owner.sign_in_by(device, owner.ticket())

    context = owner.authorize(answer.pair.access_token)["context"]
    assert (answer.status, context["amr"], context["acr"]) == (201, "pwd hwk user", "aal2")


def test_each_person_is_signed_in_to_their_own_account(
        owner: Owner, passkey: dict[str, Any], device: Device, bobs: Device) -> None:
    emails = [owner.account(owner.sign_in_by(one).pair.access_token).body["email"]
              for one in (device, bobs)]

    assert [email.partition("@")[0] for email in emails] == ["ada", "bob"]


def test_the_last_use_is_shown(owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device
                               ) -> None:
    owner.sign_in_by(device)

    [listed, _codes] = owner.list_factors(phone.access_token).body["factors"]
    assert listed["last_used_at"] == NOW + 60


def test_its_counter_and_its_backup_are_kept(owner: Owner, phone: Pair, device: Device,
                                             cloud: Cloud) -> None:
    device.flags |= SYNCED
    device.counts = True
    owner.add_passkey(phone.access_token, device)
    device.flags |= BACKED_UP

    owner.sign_in_by(device)

    assert (kept(cloud)["counter"], kept(cloud)["backed_up"]) == (1, True)
    assert owner.list_factors(phone.access_token).body["factors"][0]["backed_up"] is True


def test_a_backup_can_be_taken_back(owner: Owner, phone: Pair, device: Device, cloud: Cloud
                                    ) -> None:
    device.flags |= SYNCED | BACKED_UP
    owner.add_passkey(phone.access_token, device)
    device.flags &= ~BACKED_UP

    assert owner.sign_in_by(device).status == 201
    assert kept(cloud)["backed_up"] is False


def test_one_that_counts_nothing_signs_in_again_and_again(
        owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    """Passkeys that are synced show 0 each time."""
    device.counts = False

    assert [owner.sign_in_by(device).status for _ in range(3)] == [201] * 3


def test_a_counter_may_skip(owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud
                            ) -> None:
    """Other places may count with it."""
    device.keys[0].counter = 2 ** 32 - 2

    assert owner.sign_in_by(device).status == 201
    assert kept(cloud)["counter"] == 2 ** 32 - 1


def test_a_ticket_is_answered_once(owner: Owner, passkey: dict[str, Any], device: Device,
                                   cloud: Cloud) -> None:
    options = owner.begin_passkey_sign_in().body
    first = owner.passkey_session(options["ticket"], device.answer(options["public_key"]))

    again = owner.passkey_session(options["ticket"], device.answer(options["public_key"]))

    assert (first.status, again.outcome) == (201, (401, "invalid_ticket"))
    assert len(cloud.items("sessions")) == 2, "the one of the phone, and one"


def test_of_two_answers_at_once_one_signs_in(
        owner: Owner, passkey: dict[str, Any], device: Device, wire: Wire) -> None:
    options = owner.begin_passkey_sign_in().body
    credential, others = device.answer(options["public_key"]), list[Answer]()
    wire.before("UpdateItem", lambda: others.append(
        owner.passkey_session(options["ticket"], credential)))

    answer = owner.passkey_session(options["ticket"], credential)

    assert [other.status for other in others] == [201]
    assert answer.outcome == (401, "invalid_ticket")


def test_two_tickets_at_once_sign_in_twice(
        owner: Owner, passkey: dict[str, Any], device: Device, wire: Wire, cloud: Cloud) -> None:
    """If it counts nothing; the one that comes later is tried again on what is there then."""
    device.counts, others = False, list[Answer]()
    wire.before("UpdateItem", lambda: others.append(owner.sign_in_by(device)))

    answer = owner.sign_in_by(device)

    assert [answer.status, *(other.status for other in others)] == [201, 201]
    assert len(kept(cloud)["tickets"].split()) == 2


def test_tickets_are_forgotten_when_they_have_expired(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock, cloud: Cloud) -> None:
    owner.sign_in_by(device)
    clock.advance(300)

    owner.sign_in_by(device)

    assert len(kept(cloud)["tickets"].split()) == 1


def test_a_passkey_signs_in_twenty_times_in_five_minutes(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    """So that what it has to remember stays small."""
    answers = [owner.sign_in_by(device).status for _ in range(MOST_TICKETS)]

    refused = owner.sign_in_by(device)

    assert answers == [201] * 20
    assert refused.outcome == (429, "too_many_attempts")
    assert refused.headers["Retry-After"] == "60"
    clock.advance(300)
    assert owner.sign_in_by(device).status == 201


def test_a_lost_answer_of_the_store_signs_in_once(
        owner: Owner, passkey: dict[str, Any], device: Device, wire: Wire, cloud: Cloud) -> None:
    wire.lose_answers("UpdateItem")

    assert owner.sign_in_by(device).status == 201
    assert (kept(cloud)["counter"], len(kept(cloud)["tickets"].split())) == (1, 1)


@pytest.mark.parametrize(("seconds", "status"), [(299, 201), (300, 401)])
def test_a_ticket_lasts_five_minutes(owner: Owner, passkey: dict[str, Any], device: Device,
                                     clock: Clock, seconds: int, status: int) -> None:
    options = owner.begin_passkey_sign_in().body
    clock.advance(seconds)

    answer = owner.passkey_session(options["ticket"], device.answer(options["public_key"]))

    assert answer.status == status
    assert status == 201 or answer.name == "invalid_ticket"


def test_at_the_second_step_it_lasts_as_long_as_that_of_the_first(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    """To begin anew makes no ticket live longer."""
    ticket = owner.ticket()
    clock.advance(299)
    options = owner.begin_passkey_sign_in(ticket=ticket).body
    clock.advance(1)

    answer = owner.passkey_session(options["ticket"], device.answer(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_a_ticket_is_of_one_client(owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    other = Owner(owner.services, "another-app")
    options = other.begin_passkey_sign_in().body

    answer = owner.passkey_session(options["ticket"], device.answer(options["public_key"]))

    assert answer.outcome == (401, "invalid_ticket")


def test_no_other_ticket_signs_in(owner: Owner, phone: Pair, passkey: dict[str, Any],
                                  device: Device) -> None:
    """With an answer to its own challenge."""
    to_add = owner.begin_passkey(phone.access_token).body
    again = owner.begin_passkey_sign_in(phone.access_token).body
    answers = [owner.passkey_session(options["ticket"], device.answer(
        {"rpId": "example.org", "allowCredentials": [],
         "challenge": options["public_key"]["challenge"]})) for options in (to_add, again)]
    answers += [owner.passkey_session(token, device.answer(again["public_key"]))
                for token in (owner.ticket(), phone.access_token, phone.refresh_token, "nonsense")]

    assert {answer.outcome for answer in answers} == {(401, "invalid_ticket")}


@pytest.mark.parametrize("change", ["password", "factor"])
def test_a_second_step_dies_with_the_password_and_the_factors(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, change: str) -> None:
    options = owner.begin_passkey_sign_in(ticket=owner.ticket()).body
    credential = device.answer(options["public_key"])
    if change == "password":
        owner.change_password(phone.access_token)
    else:
        owner.delete_passkey(phone.access_token, passkey["id"])

    answer = owner.passkey_session(options["ticket"], credential)

    assert answer.outcome == ((401, "invalid_ticket") if change == "password" else
                              (401, "unknown_passkey"))


@pytest.mark.parametrize("ticket", [True, False])
def test_a_passkey_that_is_removed_meanwhile_opens_no_session(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, wire: Wire,
        cloud: Cloud, ticket: bool) -> None:
    """The session is withdrawn that was stored by then."""
    text = owner.ticket() if ticket else ""
    wire.before("TransactWriteItems",
                lambda: owner.delete_passkey(phone.access_token, passkey["id"]))

    answer = owner.sign_in_by(device, text)

    assert answer.outcome == (401, "unknown_passkey")
    assert len(cloud.items("sessions")) == 1, "the one of the phone"


def test_a_second_step_opens_no_session_beside_a_password_that_is_changed_meanwhile(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, wire: Wire,
        cloud: Cloud) -> None:
    ticket = owner.ticket()
    wire.before("TransactWriteItems",
                lambda: cloud.change("identities", password_version=7))

    assert owner.sign_in_by(device, ticket).outcome == (401, "invalid_ticket")
    assert len(cloud.items("sessions")) == 1, "the one of the phone"


def test_a_device_token_stays_that_of_the_device(
        owner: Owner, passkey: dict[str, Any], device: Device, clock: Clock) -> None:
    """Guesses at codes on it are counted apart from those of strangers."""
    token = owner.sign_in_by(device, owner.ticket()).device_token
    again = owner.sign_in_by(device, owner.ticket(device_token=token)).device_token

    read = [owner.services.device_tokens.read_of(
        owner.services.owners.find(passkey_owner(owner, device)).user_id, text)
        for text in (token, again)]
    assert read[0] == read[1] and read[0] is not None and read[0].second_factor


def passkey_owner(owner: Owner, device: Device) -> str:
    pair = owner.sign_in_by(device).pair
    return str(owner.authorize(pair.access_token)["context"]["user_id"])


def test_a_browser_may_leave_out_whose_it_is_where_that_is_known(
        owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    """It may for a passkey that was named."""
    options = owner.begin_passkey_sign_in(ticket=owner.ticket()).body
    credential = device.answer(options["public_key"])
    credential["response"]["userHandle"] = None

    assert owner.passkey_session(options["ticket"], credential).status == 201


def test_elsewhere_it_may_not(owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    options = owner.begin_passkey_sign_in().body
    credential = device.answer(options["public_key"])
    del credential["response"]["userHandle"]

    assert owner.passkey_session(options["ticket"], credential).outcome == (
        401, "invalid_passkey")


def test_a_refusal_spends_nothing(owner: Owner, passkey: dict[str, Any], device: Device,
                                  cloud: Cloud, wire: Wire) -> None:
    """Neither the ticket nor the counter, so that a person can try again."""
    options, before = owner.begin_passkey_sign_in().body, kept(cloud)
    elsewhere = device.copy().answer(options["public_key"], "https://example.com")
    wire.sent.clear()

    assert owner.passkey_session(options["ticket"], elsewhere).outcome == (
        401, "invalid_passkey")
    assert wire.sent == ["GetItem"] and kept(cloud) == before
    assert owner.passkey_session(options["ticket"],
                                 device.answer(options["public_key"])).status == 201


def test_a_blocked_account_is_told_and_nothing_is_opened(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    cloud.change("users", blocked_at=NOW)

    assert owner.sign_in_by(device).outcome == (401, "account_blocked")
    assert len(cloud.items("sessions")) == 1, "the one of the phone"


def test_a_passkey_of_an_account_that_is_gone_is_refused(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    """Its device is not told to forget it: the same passkey may be of another stage."""
    assert owner.leave(phone.access_token).status == 200

    assert owner.sign_in_by(device).outcome == (401, "invalid_passkey")


def test_nor_is_one_that_deletion_has_left(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud) -> None:
    """The account goes before its factors do."""
    cloud.drop("identities")
    cloud.drop("users")

    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")


def test_it_signs_in_after_the_address_was_changed(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, outbox: Outbox) -> None:
    owner.change_email(phone.access_token)
    del outbox.messages[-1]
    owner.confirm_email(outbox.last_token, phone.access_token)

    answer = owner.sign_in_by(device)

    assert answer.status == 201
    assert owner.account(answer.pair.access_token).body["email"] == "ada@byron.example.org"


def test_it_signs_in_after_the_password_was_changed(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device) -> None:
    """Nothing of it is proven by the password."""
    pair = owner.change_password(phone.access_token).pair

    assert owner.authorize(pair.access_token)["context"]["amr"] == "pwd hwk user"
    assert owner.sign_in_by(device).status == 201


def test_after_a_reset_by_a_link_a_factor_that_was_added_later_stays(
        owner: Owner, passkey: dict[str, Any], device: Device, outbox: Outbox) -> None:
    """Whoever has the mailbox and a new password still needs it."""
    owner.ask_verification()
    token = owner.sign_in_by(device).pair.access_token
    owner.verify_signed_in(outbox.last_token, token)
    owner.forget_password()
    assert owner.reset_password(outbox.last_token).status == 200

    assert owner.sign_in(password=NEW_PASSWORD).outcome == (401, "second_factor_required")
    assert owner.sign_in_by(device).status == 201


def test_a_passkey_of_an_address_that_was_never_verified_goes_with_a_reset(
        owner: Owner, passkey: dict[str, Any], device: Device, outbox: Outbox, cloud: Cloud
) -> None:
    """A stranger may have added it before the owner of the address came."""
    owner.forget_password()

    assert owner.reset_password(outbox.last_token).status == 200

    assert cloud.items("factors") == []
    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_nor_does_it_sign_in_if_it_was_read_before_it_went(
        owner: Owner, passkey: dict[str, Any], device: Device, outbox: Outbox, cloud: Cloud
) -> None:
    """It is looked for among what the identity says that there is."""
    [left] = [item for item in cloud.items("factors") if item["FactorId"] != "recovery"]
    owner.forget_password()
    owner.reset_password(outbox.last_token)
    cloud.fill("factors", [left])

    assert owner.sign_in_by(device).outcome == (401, "invalid_passkey")


def test_a_sign_in_under_way_does_not_outlive_such_a_reset(
        owner: Owner, passkey: dict[str, Any], device: Device, outbox: Outbox, wire: Wire,
        cloud: Cloud) -> None:
    owner.forget_password()
    token = outbox.last_token
    wire.before("TransactWriteItems", lambda: owner.reset_password(token))

    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")
    assert cloud.items("sessions") == []


def test_a_stage_that_requires_a_verified_address_signs_nobody_in_without(
        strict: Owner, outbox: Outbox, cloud: Cloud, device: Device) -> None:
    """It may have begun to require it after the passkey was added."""
    strict.sign_up()
    pair = strict.verify(outbox.last_token).pair
    assert strict.add_passkey(pair.access_token, device).status == 201
    cloud.change("identities", email_verified=False)

    assert strict.sign_in_by(device).outcome == (401, "bad_credentials")
    cloud.change("identities", email_verified=True)
    assert strict.sign_in_by(device).status == 201


def test_the_devices_of_passkeys_share_one_count_of_guesses(
        owner: Owner, passkey: dict[str, Any], device: Device) -> None:
    """Otherwise a stolen passkey would make devices without end, with five guesses each."""
    tokens = [owner.sign_in_by(device).device_token for _ in range(3)]

    guesses = [owner.sign_in(password=f"guess number {number}", device_token=token).status
               for number in range(3) for token in tokens]

    assert guesses == [401] * 5 + [429] * 4
    # A stranger has a count of their own, as before.
    assert owner.sign_in(password="not it either").outcome == (401, "bad_credentials")
