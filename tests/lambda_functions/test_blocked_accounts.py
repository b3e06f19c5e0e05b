"""No route signs anybody in to an account that operators have blocked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL, Answer
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.mail import Outbox
from tests.support.wire import Wire

BLOCKED = {"name": "account_blocked",
           "message": "this account is blocked; ask those who run the service"}


@pytest.fixture
def blocked(owner: Owner, cloud: Cloud) -> Owner:
    """Ada, whose account was blocked."""
    cloud.change("users", blocked_at=NOW)
    return owner


def follow_a_verification_link(owner: Owner, outbox: Outbox) -> Answer:
    owner.ask_verification()
    return owner.verify(outbox.last_token)


def sign_in_after_a_reset(owner: Owner, outbox: Outbox) -> Answer:
    owner.forget_password()
    device_token = owner.reset_password(outbox.last_token).device_token
    return owner.sign_in(password=NEW_PASSWORD, device_token=device_token)


@pytest.mark.parametrize("enter", [
    lambda owner, _: owner.sign_in(), follow_a_verification_link, sign_in_after_a_reset])
def test_right_credentials_open_nothing_and_say_why(
        enter: Callable[[Owner, Outbox], Answer], blocked: Owner, outbox: Outbox, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    answer = enter(blocked, outbox)

    line = audit_lines()[-1]
    assert (answer.status, answer.body) == (401, BLOCKED)
    assert cloud.items("sessions") == []
    assert (line["event"], line["name"], line["user_id"]) == (
        "authn_login_fail", "account_blocked", cloud.item("users")["UserId"])


@pytest.mark.parametrize(("email", "password"), [
    (EMAIL, "wrong"), ("nobody@example.org", "wrong")])
def test_a_stranger_does_not_learn_that_an_account_is_blocked(blocked: Owner, email: str,
                                                              password: str) -> None:
    assert blocked.sign_in(email, password).outcome == (401, "bad_credentials")


def test_a_change_of_the_password_under_a_block_opens_no_session(owner: Owner, cloud: Cloud,
                                                                 wire: Wire) -> None:
    """It leaves the caller's own, which ends as whoever blocks sweeps for the second time."""
    pair = owner.sign_in().pair
    wire.after("UpdateItem", *[lambda: cloud.change("users", blocked_at=NOW)] * 2)

    answer = owner.change_password(pair.access_token)

    assert answer.outcome == (401, "account_blocked")
    assert owner.is_let_in(pair.access_token)
    assert len(cloud.items("sessions")) == 1
