"""The log line of each request names what happened, and to whom: client, user and session."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import CLIENT_ID, PASSWORD, Pair
from tests.support.authenticator import Device
from tests.support.cloud import Cloud
from tests.support.mail import Outbox
from tests.support.wire import Wire

Act = Callable[[Owner, Outbox, Pair], object]
LastLine = Callable[[], dict[str, Any]]


@pytest.fixture
def last_line(audit_lines: Callable[[], list[dict[str, Any]]]) -> LastLine:
    """Returns the newest log line."""
    return lambda: audit_lines()[-1]


def follow_a_reset_link(owner: Owner, outbox: Outbox, _pair: Pair) -> None:
    owner.forget_password()
    owner.reset_password(outbox.last_token)


def follow_a_verification_link(owner: Owner, outbox: Outbox, pair: Pair) -> None:
    owner.ask_verification()
    owner.verify_signed_in(outbox.last_token, pair.access_token)


def turn_an_app_on(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    owner.enrol(pair.access_token)


def turn_an_app_off(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    owner.enrol(pair.access_token)
    owner.delete_totp(pair.access_token)


def replace_recovery_codes(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    owner.enrol(pair.access_token)
    owner.create_recovery_codes(pair.access_token)


def follow_a_link_to_another_address(owner: Owner, outbox: Outbox, pair: Pair) -> None:
    owner.change_email(pair.access_token)
    del outbox.messages[-1]
    owner.confirm_email(outbox.last_token, pair.access_token)


def add_a_passkey(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    owner.add_passkey(pair.access_token, Device())


def name_a_passkey(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    added = owner.add_passkey(pair.access_token, Device()).body["id"]
    owner.rename_passkey(pair.access_token, added, "Mine")


def remove_a_passkey(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    added = owner.add_passkey(pair.access_token, Device()).body["id"]
    owner.delete_passkey(pair.access_token, added)


def show_a_passkey(owner: Owner, _outbox: Outbox, pair: Pair) -> None:
    device = Device()
    owner.add_passkey(pair.access_token, device)
    owner.show_again_by(device, pair.access_token)


# What is done last, the event of its line, and whether the line names a session.
ACTS: dict[str, tuple[Act, str, bool]] = {
    "authorize": (lambda owner, _, pair: owner.authorize(pair.access_token), "request", True),
    "refresh": (lambda owner, _, pair: owner.refresh(pair), "authn_token_created", True),
    "sign out": (lambda owner, _, pair: owner.sign_out(pair.access_token),
                 "authn_token_revoked", True),
    "look": (lambda owner, _, pair: owner.account(pair.access_token), "request", True),
    "list sessions": (lambda owner, _, pair: owner.list_sessions(pair.access_token),
                      "request", True),
    "end sessions": (lambda owner, _, pair: owner.end_sessions(pair.access_token),
                     "authn_token_revoked", True),
    "end one session": (
        lambda owner, _, pair: owner.end_session(pair.access_token, session_id(owner, pair)),
        "authn_token_revoked", True),
    "export": (lambda owner, _, pair: owner.export(pair.access_token), "user_exported", True),
    "change the password": (lambda owner, _, pair: owner.change_password(pair.access_token),
                            "authn_password_change", True),
    "reset the password": (follow_a_reset_link, "authn_password_change", False),
    "verify": (follow_a_verification_link, "user_updated", True),
    "begin to enrol": (lambda owner, _, pair: owner.create_totp(pair.access_token),
                       "authn_factor_enrolment", True),
    "turn an app on": (turn_an_app_on, "authn_factor_added", True),
    "replace recovery codes": (replace_recovery_codes, "authn_recovery_codes_replaced", True),
    "drop an app that waits": (
        lambda owner, _, pair: [owner.create_totp(pair.access_token),
                                owner.delete_totp(pair.access_token)],
        "authn_factor_enrolment_dropped", True),
    "turn an app off": (turn_an_app_off, "authn_factor_removed", True),
    "begin to add a passkey": (lambda owner, _, pair: owner.begin_passkey(pair.access_token),
                               "authn_factor_enrolment", True),
    "add a passkey": (add_a_passkey, "authn_factor_added", True),
    "name a passkey": (name_a_passkey, "request", True),
    "remove a passkey": (remove_a_passkey, "authn_factor_removed", True),
    "show a passkey": (show_a_passkey, "authn_reauthentication_success", True),
    "show the password": (
        lambda owner, _, pair: owner.reauthenticate(pair.access_token, password=PASSWORD),
        "authn_reauthentication_success", True),
    "ask for another address": (lambda owner, _, pair: owner.change_email(pair.access_token),
                                "email_change_requested", True),
    "have another address": (follow_a_link_to_another_address, "user_updated", True),
    "leave": (lambda owner, _, pair: owner.leave(pair.access_token), "user_deleted", True),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_success_names_client_user_and_session(
        name: str, owner: Owner, outbox: Outbox, phone: Pair, cloud: Cloud,
        last_line: LastLine) -> None:
    act, event, has_session = ACTS[name]
    named = {"client_id": CLIENT_ID, "user_id": cloud.item("users")["UserId"]}
    if has_session:
        named["session_id"] = session_id(owner, phone)

    act(owner, outbox, phone)

    line = last_line()
    assert line["event"] == event
    assert {key: value for key, value in line.items() if key.endswith("_id")
            and key != "request_id"} == named


def test_a_client_that_is_let_in_is_named(owner: Owner,
                                          last_line: LastLine) -> None:
    owner.authorize_client()

    line = last_line()
    assert (line["event"], line["client_id"]) == ("request", CLIENT_ID)


def test_a_sign_in_names_the_session_that_it_opened(
        owner: Owner, cloud: Cloud, last_line: LastLine) -> None:
    owner.sign_in()

    line = last_line()
    session = cloud.item("sessions")
    assert (line["event"], line["client_id"]) == ("authn_login_success", CLIENT_ID)
    assert (line["user_id"], line["session_id"]) == (session["UserId"], session["SessionId"])


def test_a_sign_in_by_a_passkey_names_the_session_that_it_opened(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, cloud: Cloud,
        last_line: LastLine) -> None:
    owner.sign_out(phone.access_token)
    owner.sign_in_by(device)

    line = last_line()
    session = cloud.item("sessions")
    assert (line["event"], line["client_id"]) == ("authn_login_success", CLIENT_ID)
    assert (line["user_id"], line["session_id"]) == (session["UserId"], session["SessionId"])


def test_a_ticket_of_a_passkey_that_died_with_the_account_names_the_user(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud,
        last_line: LastLine) -> None:
    options, user_id = owner.begin_passkey_sign_in(ticket=owner.ticket()), cloud.item("users")[
        "UserId"]
    cloud.drop("users")

    owner.passkey_session(options.body["ticket"], device.answer(options.body["public_key"]))

    line = last_line()
    assert (line["event"], line["user_id"]) == ("authn_login_fail", user_id)


def test_a_ticket_that_was_used_at_a_second_step_names_its_user(
        owner: Owner, passkey: dict[str, Any], device: Device, cloud: Cloud, last_line: LastLine
) -> None:
    ticket = owner.ticket()
    assert owner.second_step(ticket, passkey["recovery_codes"][0]).status == 201

    owner.sign_in_by(device, ticket)

    line = last_line()
    assert (line["event"], line["user_id"]) == ("authn_login_fail",
                                                cloud.item("users")["UserId"])


def test_an_unknown_passkey_names_nobody(owner: Owner, bobs: Device, cloud: Cloud,
                                         last_line: LastLine) -> None:
    """Whoever sends it may say that it is anybody's."""
    cloud.drop("factors")

    owner.sign_in_by(bobs)

    line = last_line()
    assert (line["event"], line["name"]) == ("authn_passkey_unknown", "unknown_passkey")
    assert "user_id" not in line


def test_a_session_whose_account_is_gone_says_so(
        owner: Owner, phone: Pair, cloud: Cloud, last_line: LastLine) -> None:
    cloud.drop("users")

    answer = owner.account(phone.access_token)

    line = last_line()
    assert answer.outcome == (401, "unauthorized")
    assert (line["event"], line["reason"]) == ("authz_fail", "the account is gone")


def test_a_sign_in_before_the_address_is_verified_names_the_user(
        strict: Owner, cloud: Cloud, last_line: LastLine) -> None:
    """The client learns only that it may be one of three causes; operators can help."""
    strict.sign_up()

    answer = strict.sign_in()

    line = last_line()
    assert answer.outcome == (401, "bad_credentials")
    assert (line["event"], line["reason"], line["user_id"]) == (
        "authn_login_fail", "the address is not verified", cloud.item("users")["UserId"])


@pytest.mark.parametrize("by", ["address", "device", "link", "session"])
def test_failures_and_waits_name_the_user_whom_they_concern(
        owner: Owner, outbox: Outbox, phone: Pair, cloud: Cloud, by: str,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    """So that operators find what happened to a person without the key of the subjects."""
    device_token = owner.sign_in().device_token
    owner.ask_verification()
    attempt: Callable[[], object] = {
        "address": lambda: owner.sign_in(password="wrong"),
        "device": lambda: owner.sign_in(password="wrong", device_token=device_token),
        "link": lambda: owner.verify(outbox.last_token, "wrong"),
        "session": lambda: owner.leave(phone.access_token, "wrong")}[by]
    user_id = cloud.item("users")["UserId"]
    audit_lines()

    for _ in range(6):
        attempt()

    refused = [line for line in audit_lines() if line["event"].startswith("authn_login_")]
    assert [line["name"] for line in refused] == ["bad_credentials"] * 5 + ["too_many_attempts"]
    assert {line["user_id"] for line in refused} == {user_id}
    assert len({line["subject"] for line in refused}) == 1


def test_wrong_codes_and_waits_name_the_user_too(
        owner: Owner, phone: Pair, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    app = owner.enrol(phone.access_token).app
    ticket, wrong = owner.ticket(), app.wrong_code(owner.services.now())
    audit_lines()

    for _ in range(6):
        owner.second_step(ticket, wrong)

    refused = [line for line in audit_lines() if line["event"].startswith("authn_login_")]
    assert [line["name"] for line in refused] == ["invalid_code"] * 5 + ["too_many_attempts"]
    assert {line["user_id"] for line in refused} == {cloud.item("users")["UserId"]}
    assert len({line["subject"] for line in refused}) == 1


def test_a_wrong_code_for_an_app_that_is_not_on_names_the_user(
        owner: Owner, phone: Pair, cloud: Cloud, last_line: LastLine) -> None:
    app = owner.begin_enrolment(phone.access_token)

    owner.confirm_totp(phone.access_token, app.wrong_code(owner.services.now()))

    line = last_line()
    assert (line["event"], line["name"]) == ("authn_login_fail", "invalid_code")
    assert line["user_id"] == cloud.item("users")["UserId"]


def test_a_ticket_that_has_died_with_the_account_names_the_user(
        owner: Owner, phone: Pair, cloud: Cloud, last_line: LastLine) -> None:
    enrolled, user_id = owner.enrol(phone.access_token), cloud.item("users")["UserId"]
    ticket = owner.ticket()
    cloud.drop("users")

    owner.second_step(ticket, enrolled.recovery_codes[0])

    assert last_line()["user_id"] == user_id


def test_an_attempt_on_an_unknown_address_names_nobody(owner: Owner, last_line: LastLine) -> None:
    owner.sign_in("nobody@example.org", "wrong")

    assert "user_id" not in last_line()


def test_a_sign_in_that_lost_to_a_change_of_the_password_names_the_user(
        owner: Owner, cloud: Cloud, wire: Wire, last_line: LastLine) -> None:
    user_id = cloud.item("users")["UserId"]
    wire.before("TransactWriteItems", lambda: cloud.change("identities", password_version=7))

    answer = owner.sign_in()

    line = last_line()
    assert answer.outcome == (401, "bad_credentials")
    assert (line["event"], line["user_id"]) == ("authn_login_fail", user_id)


def test_a_refusal_names_whom_the_authorizer_let_in(
        owner: Owner, phone: Pair, cloud: Cloud, last_line: LastLine) -> None:
    named = {"client_id": CLIENT_ID, "user_id": cloud.item("users")["UserId"],
             "session_id": session_id(owner, phone)}

    answer = owner.change_password(phone.access_token, current="wrong")

    line = last_line()
    assert answer.outcome == (401, "bad_credentials")
    assert line["event"] == "authn_login_fail"
    assert line.items() >= named.items() and "subject" in line
