"""POST /session"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import create_session
from shared.callers import Caller
from shared.identities import EMAIL_ADDRESS, Account
from shared.sessions.state import BY_PASSWORD
from shared.wiring.services import Services
from tests.support.account_owner import Owner
from tests.support.application import (EMAIL, PASSWORD, Answer, Application,
                                       send)
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.events import proxy_event
from tests.support.heavy import ADDRESSES, BODIES, PASSWORDS, SDK, TOKENS
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | ADDRESSES | PASSWORDS
AuditLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def ada(app: Application) -> None:
    """Ada has an account."""
    assert app.sign_up().status == 201


def test_a_person_signs_in(app: Application) -> None:
    answer = app.sign_in()

    assert answer.status == 201
    assert answer.body.keys() == {"access_token", "refresh_token", "access_token_expires_in",
                                  "refresh_token_expires_in", "token_type", "device_token"}
    assert answer.body["access_token_expires_in"] == 3600
    assert answer.body["refresh_token_expires_in"] == 1_209_600
    assert answer.body["token_type"] == "Bearer"


def test_the_tokens_let_in(app: Application) -> None:
    pair = app.sign_in().pair

    assert app.account(pair.access_token).body["email"] == EMAIL


def test_a_session_remembers_where_it_was_opened(app: Application, cloud: Cloud) -> None:
    app.sign_in()

    session = cloud.item("sessions")
    assert (session["address"], session["device"]) == ("203.0.113.7", "curl/8.10.1")
    assert uuid.UUID(session["SessionId"]).version == 4
    assert session["ends_at"] == NOW + 2_592_000
    assert session["expires_at"] == NOW + 1_209_600


@pytest.mark.parametrize(("email", "password"), [
    (EMAIL, "wrong"), ("nobody@example.org", PASSWORD), (EMAIL, PASSWORD.upper()),
    (EMAIL, PASSWORD + " "), (EMAIL, "x" * 7000), (EMAIL, "\0")])
def test_wrong_credentials_are_one_401_whatever_is_wrong(email: str, password: str,
                                                         app: Application) -> None:
    answer = app.sign_in(email, password)

    assert answer.status == 401
    assert answer.body == {"name": "bad_credentials",
                           "message": "the email address or the password is wrong"}


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_the_sixth_failure_in_a_row_is_blocked(email: str, app: Application,
                                               clock: Clock) -> None:
    for _ in range(5):
        assert app.sign_in(email, "wrong").status == 401

    blocked = app.sign_in(email, PASSWORD)

    assert blocked.outcome == (429, "too_many_attempts")
    assert blocked.headers["Retry-After"] == "1"
    clock.advance(1)
    assert app.sign_in(email, "wrong").status == 401
    assert app.sign_in(email, "wrong").headers["Retry-After"] == "2"


def test_a_block_does_not_keep_a_session_from_being_refreshed(app: Application) -> None:
    pair = app.sign_in().pair
    for _ in range(6):
        app.sign_in(EMAIL, "wrong")

    assert app.refresh(pair).status == 200


def test_a_session_opened_while_the_password_changes_is_withdrawn(
        app: Application, services: Services, cloud: Cloud, wire: Wire) -> None:
    """The change comes after the password was looked at and before the session is stored."""
    def change_password() -> None:
        identity = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
        assert identity is not None
        services.identity_store.change_password(
            identity, services.passwords.hash("the new password of Ada"), NOW, True)

    wire.before("TransactWriteItems", change_password)

    assert app.sign_in().outcome == (401, "bad_credentials")
    assert cloud.items("sessions") == []


def test_a_session_opened_while_the_password_is_hashed_again_stays(
        app: Application, services: Services, cloud: Cloud, wire: Wire) -> None:
    def hash_again() -> None:
        identity = services.identity_store.find(EMAIL_ADDRESS, EMAIL)
        assert identity is not None
        services.identity_store.rehash(identity, services.passwords.hash(PASSWORD))

    wire.before("TransactWriteItems", hash_again)

    assert app.sign_in().status == 201
    assert len(cloud.items("sessions")) == 1


def test_lost_answers_of_the_store_give_one_session(app: Application, cloud: Cloud,
                                                    wire: Wire) -> None:
    for operation in ("UpdateItem", "TransactWriteItems", "DeleteItem", "GetItem"):
        wire.lose_answers(operation)

    assert app.sign_in().status == 201
    assert len(cloud.items("sessions")) == 1
    assert [item for item in cloud.items("attempts") if "reservation" in item] == []


@pytest.mark.parametrize("operation", ["UpdateItem", "GetItem", "TransactWriteItems", "DeleteItem"])
def test_a_store_that_is_down_is_503_and_opens_nothing(operation: str, app: Application,
                                                       cloud: Cloud, wire: Wire) -> None:
    wire.cut(operation)

    answer = app.sign_in()

    assert answer.outcome == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    wire.mend()
    assert cloud.items("sessions") == []


def test_a_password_that_nobody_can_verify_is_500(app: Application, cloud: Cloud,
                                                  audit_lines: AuditLines) -> None:
    cloud.change("identities", password_hash="corrupt")
    audit_lines()

    assert app.sign_in().outcome == (500, "server_error")

    [line] = audit_lines()
    assert (line["level"], line["exception"]) == ("ERROR", "Misconfigured")


def sent(services: Services, **changes: object) -> Answer:
    body = {"account_type": "traditional", "email": EMAIL, "password": PASSWORD} | changes
    return send(create_session.handler, proxy_event(
        "POST", "/session", headers={"Content-Type": "application/json"}, body=body,
        principal={"client_id": "web-app"}), services)


def test_an_account_type_that_we_do_not_have_is_named(services: Services) -> None:
    assert sent(services, account_type="google").outcome == (400, "unsupported_account_type")


@pytest.mark.parametrize("changes", [{"session_id": "s-1"}, {"user_id": "u-1"}, {"admin": True},
                                     {"generation": 7}])
def test_nobody_chooses_what_a_session_is(changes: dict[str, object], services: Services,
                                          cloud: Cloud) -> None:
    assert sent(services, **changes).outcome == (400, "invalid_request")
    assert cloud.items("sessions") == []


def test_every_outcome_is_one_line_in_owasps_words(app: Application,
                                                   audit_lines: AuditLines) -> None:
    audit_lines()
    app.sign_in()
    for _ in range(6):
        app.sign_in(EMAIL, "wrong")

    events = [line["event"] for line in audit_lines()]
    assert events == ["authn_login_success", *["authn_login_fail"] * 5, "authn_login_lock"]


def test_a_failure_is_matched_by_an_hmac_of_the_address(app: Application,
                                                        audit_lines: AuditLines) -> None:
    audit_lines()
    app.sign_in(EMAIL, "wrong")
    app.sign_in(EMAIL.upper(), "wrong")
    app.sign_in("nobody@example.org", "wrong")

    subjects = [line["subject"] for line in audit_lines()]
    assert subjects[0] == subjects[1] != subjects[2]
    assert all(len(subject) == 64 for subject in subjects)


def test_the_eleventh_session_ends_the_oldest(services: Services, clock: Clock) -> None:
    """Ten live sessions a person."""
    owner, pairs = Owner(services), []
    for _ in range(11):
        pairs.append(owner.sign_in().pair)
        clock.advance(1)

    assert [owner.is_let_in(pair.access_token) for pair in pairs] == [False] + [True] * 10


def test_sign_ins_at_once_leave_ten(app: Application, clock: Clock, cloud: Cloud,
                                    services: Services) -> None:
    """One sign-in that has stored its session, but not looked yet, is seen by the other."""
    for _ in range(10):
        app.sign_in()
        clock.advance(1)
    user_id = cloud.item("users")["UserId"]

    services.sessions.open(Account(user_id, EMAIL, NOW), BY_PASSWORD, Caller(app.client_id),
                           confirm=lambda _session: None)
    app.sign_in()

    assert len(services.user_sessions.live(user_id)) == 10


def test_a_wrong_password_is_not_told_whether_the_address_is_verified(strict: Owner) -> None:
    strict.sign_up("eve@example.org")

    assert strict.sign_in("eve@example.org", "wrong").outcome == (401, "bad_credentials")
