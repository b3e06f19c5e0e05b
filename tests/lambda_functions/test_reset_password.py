"""PUT /user/password-reset: a new password for a mailed link, which ends all sessions."""

import json
from typing import Any

import pytest

from shared.accounts.password_changes import RETRY_SECONDS
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import PASSWORD, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, ESTIMATOR, PASSWORDS, SDK, TOKENS
from tests.support.mail import Outbox
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSWORDS | ESTIMATOR


def test_a_reset_sets_the_password_and_signs_nobody_in(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    """All sessions end; following the link verifies the address."""
    assert owner.forget_password().status == 202
    answer = owner.reset_password(outbox.last_token)

    assert answer.status == 200
    assert answer.body.keys() == {"message", "device_token"}
    assert cloud.items("sessions") == []
    assert cloud.item("identities")["email_verified"] is True
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_after_a_reset_nobody_keeps_the_owner_waiting(owner: Owner, outbox: Outbox) -> None:
    """Who forgot the password has tried a few. The wait of strangers goes on, since its end would
    tell them that somebody has this address; the device that followed the link has none."""
    for _ in range(6):
        owner.sign_in(password="wrong")
    owner.forget_password()

    token = owner.reset_password(outbox.last_token).device_token

    assert owner.sign_in(password=NEW_PASSWORD).outcome == (429, "too_many_attempts")
    assert owner.sign_in(password=NEW_PASSWORD, device_token=token).status == 201


def test_a_reset_link_works_once(owner: Owner, outbox: Outbox) -> None:
    """Not again, and not for another password."""
    owner.forget_password()
    owner.reset_password(outbox.last_token)

    answer = owner.reset_password(outbox.last_token, new=PASSWORD)

    assert answer.outcome == (400, "invalid_link")


def test_a_reset_without_a_sweep_before_it_resets_nothing(
        owner: Owner, phone: Pair, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    """However late it is tried again, no stolen session lives on beside a new password."""
    owner.forget_password()
    wire.cut("Query")
    assert owner.reset_password(outbox.last_token).outcome == (503, "unavailable")
    wire.mend()

    assert cloud.item("identities")["password_version"] == 0
    assert owner.reset_password(outbox.last_token).status == 200
    assert cloud.items("sessions") == []


def test_a_reset_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    """The password was stored, the second sweep failed: the first one has ended the sessions."""
    owner.forget_password()
    wire.after("UpdateItem", lambda: wire.cut("Query"))
    assert owner.reset_password(outbox.last_token).outcome == (503, "unavailable")
    wire.mend()

    assert cloud.items("sessions") == []
    assert cloud.item("identities")["password_version"] == 1
    assert owner.reset_password(outbox.last_token).status == 200


@pytest.mark.parametrize(("seconds", "status"), [
    (RETRY_SECONDS - 1, 200), (RETRY_SECONDS, 400)])
def test_a_used_link_is_no_way_to_end_sessions_later(
        owner: Owner, outbox: Outbox, clock: Clock, cloud: Cloud, seconds: int, status: int
        ) -> None:
    """Even for who knows what it was used for: a retry comes soon."""
    owner.forget_password()
    owner.reset_password(outbox.last_token)
    phone = owner.sign_in(password=NEW_PASSWORD).pair
    clock.advance(seconds)

    assert owner.reset_password(outbox.last_token).status == status
    assert owner.is_let_in(phone.access_token) == (status == 400)


def test_an_older_link_is_no_way_to_end_sessions(owner: Owner, outbox: Outbox) -> None:
    """Even for who knows the present password, right after another link has set it."""
    owner.forget_password()
    older = outbox.last_token
    owner.reset_password(older, new="the password in between, soon replaced")
    owner.forget_password()
    owner.reset_password(outbox.last_token)
    phone = owner.sign_in(password=NEW_PASSWORD).pair

    assert owner.reset_password(older).outcome == (400, "invalid_link")
    assert owner.is_let_in(phone.access_token)


def test_a_first_password_can_be_set_by_a_link(owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Whoever signs in without one owns the address all the same."""
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)
    owner.forget_password()

    assert owner.reset_password(outbox.last_token).status == 200
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_a_reset_link_dies_with_a_password_change(owner: Owner, phone: Pair,
                                                  outbox: Outbox) -> None:
    owner.forget_password()
    owner.change_password(phone.access_token)

    assert owner.reset_password(outbox.last_token, new=PASSWORD).outcome == (400, "invalid_link")


def test_of_two_resets_at_once_one_wins(owner: Owner, outbox: Outbox, wire: Wire,
                                        cloud: Cloud) -> None:
    owner.forget_password()
    wire.before("UpdateItem", lambda: cloud.change("identities", password_version=7))

    assert owner.reset_password(outbox.last_token).outcome == (400, "invalid_link")


def test_a_reset_that_is_sent_twice_at_once_succeeds(
        owner: Owner, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    owner.forget_password()
    token, answers = outbox.last_token, []
    wire.before("Query", lambda: answers.append(owner.reset_password(token)))

    answers.append(owner.reset_password(token))

    assert [answer.status for answer in answers] == [200, 200]
    assert cloud.item("identities")["password_version"] == 1


@pytest.mark.parametrize(("seconds", "status"), [(1799, 200), (1800, 400)])
def test_a_reset_link_lasts_thirty_minutes(owner: Owner, outbox: Outbox, clock: Clock,
                                           seconds: int, status: int) -> None:
    owner.forget_password()
    clock.advance(seconds)

    assert owner.reset_password(outbox.last_token).status == status


def test_a_link_never_reaches_the_next_owner_of_an_address(
        owner: Owner, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    """The account went, and the address came to somebody else, between two reads."""
    owner.forget_password()
    wire.before("GetItem", lambda: None,
                lambda: cloud.change("identities", user_id="somebody-else"))

    assert owner.reset_password(outbox.last_token).outcome == (400, "invalid_link")


def test_a_used_link_is_no_way_to_guess(owner: Owner, outbox: Outbox) -> None:
    """Its retries are counted like sign-ins, whatever they are answered."""
    owner.forget_password()
    owner.reset_password(outbox.last_token)

    answers = [owner.reset_password(outbox.last_token, new=PASSWORD).status for _ in range(6)]

    assert answers == [400] * 5 + [429]


def test_passkeys_that_an_unverified_account_loses_are_told(
        owner: Owner, phone: Pair, passkey: dict[str, Any], outbox: Outbox,
        capsys: pytest.CaptureFixture[str]) -> None:
    owner.forget_password()
    capsys.readouterr()

    assert owner.reset_password(outbox.last_token).status == 200

    assert outbox.subjects[-2:] == ["A passkey was removed from your session-api account",
                                    "Your session-api password was changed"]
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()
              if "authn_password_change" in line]
    assert line["passkeys"] == "removed"


def test_passkeys_of_a_verified_account_stay_and_nothing_is_told(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, outbox: Outbox) -> None:
    owner.ask_verification()
    owner.verify_signed_in(outbox.last_token, phone.access_token)
    owner.forget_password()

    assert owner.reset_password(outbox.last_token).status == 200

    assert "A passkey was removed from your session-api account" not in outbox.subjects
    assert owner.sign_in_by(device).status == 201


def test_an_app_stays_where_passkeys_go(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, outbox: Outbox) -> None:
    """It signs nobody in by itself."""
    enrolled = owner.enrol(phone.access_token)
    owner.forget_password()

    assert owner.reset_password(outbox.last_token).status == 200

    answer = owner.sign_in(password=NEW_PASSWORD)
    assert answer.body["kinds"] == ["totp", "recovery_code"]
    assert owner.second_step(answer.body["ticket"], owner.next_code(enrolled.app)).status == 201
    assert owner.sign_in_by(device).outcome == (401, "unknown_passkey")
