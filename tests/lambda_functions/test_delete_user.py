"""DELETE /user: who leaves leaves nothing behind."""

from typing import Any

from tests.lambda_functions.conftest import session_id
from tests.support.account_owner import Owner
from tests.support.application import EMAIL, Pair
from tests.support.authenticator import Device
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSWORDS, SDK
from tests.support.mail import Outbox
from tests.support.wire import Wire, break_off

LOADS = SDK | BODIES | PASSWORDS


def test_leaving_leaves_nothing(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    """Account, identity and sessions are gone, and the address is free."""
    owner.sign_in()

    assert owner.leave(phone.access_token).body == {"message": "account deleted"}

    assert [cloud.items(table) for table in ("users", "identities", "sessions")] == [[], [], []]
    assert not owner.is_let_in(phone.access_token)
    assert owner.sign_up().status == 201


def test_leaving_takes_the_password(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    """Held to the limits of a sign-in."""
    answers = [owner.leave(phone.access_token, "wrong").outcome for _ in range(6)]

    assert answers == [(401, "bad_credentials")] * 5 + [(429, "too_many_attempts")]
    assert len(cloud.items("users")) == 1


def test_guesses_of_strangers_do_not_keep_the_owner_from_leaving(
        owner: Owner, phone: Pair) -> None:
    for _ in range(6):
        owner.sign_in(password="wrong")

    assert owner.leave(phone.access_token).status == 200


def test_leaving_leaves_no_attempt_of_the_person(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    """Neither at a second factor, nor within sessions, nor by links."""
    wrong = owner.enrol(phone.access_token).app.wrong_code(owner.services.now())
    owner.second_step(owner.ticket(), wrong)
    owner.reauthenticate(phone.access_token, code=wrong)
    owner.ask_verification()
    owner.verify(outbox.last_token, "wrong")
    owner.leave(phone.access_token, "wrong")
    assert sum("reservation" in item for item in cloud.items("attempts")) == 4

    assert owner.leave(phone.access_token).status == 200

    assert not any("reservation" in item for item in cloud.items("attempts"))


def test_leaving_tells_strangers_nothing(owner: Owner, phone: Pair) -> None:
    """Their count goes on, as it does for an address that nobody has."""
    for email in (EMAIL, "nobody@example.org"):
        assert [owner.sign_in(email, "wrong").status for _ in range(7)] == [401] * 5 + [429] * 2

    owner.leave(phone.access_token)

    assert owner.sign_in(password="wrong").status == 429


def test_leaving_without_a_sweep_before_it_leaves_nobody(
        owner: Owner, phone: Pair, wire: Wire, cloud: Cloud) -> None:
    """No session is left that would go on without an account."""
    wire.cut("Query")
    assert owner.leave(phone.access_token).outcome == (503, "unavailable")
    wire.mend()

    assert len(cloud.items("users")) == 1
    assert owner.account(phone.access_token).status == 200


def test_leaving_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """The account went, the second sweep failed: the caller's own session is left, for the rest
    of it only."""
    owner.authorize(phone.access_token)
    wire.after("TransactWriteItems", lambda: wire.cut("Query"))
    assert owner.leave(phone.access_token).outcome == (503, "unavailable")
    wire.mend()
    assert not owner.is_let_in(laptop.access_token)
    assert owner.account(phone.access_token).outcome == (401, "unauthorized")

    assert owner.leave(phone.access_token).status == 200
    assert cloud.items("sessions") == []


def test_leaving_whose_answer_was_lost_succeeds(owner: Owner, phone: Pair, wire: Wire,
                                                cloud: Cloud) -> None:
    wire.lose_answers("TransactWriteItems")

    assert owner.leave(phone.access_token).status == 200
    assert cloud.items("users") == []


def test_a_password_changed_meanwhile_keeps_the_account(owner: Owner, phone: Pair, wire: Wire,
                                                        cloud: Cloud) -> None:
    wire.before("TransactWriteItems", lambda: cloud.change("identities", password_version=7))

    assert owner.leave(phone.access_token).outcome == (401, "bad_credentials")
    assert len(cloud.items("users")) == 1


def test_a_password_changed_while_leaving_is_tried_again_keeps_the_account(
        owner: Owner, phone: Pair, wire: Wire, cloud: Cloud) -> None:
    """The SDK's retry must not take the account's being there for its own first try."""
    wire.before("TransactWriteItems", break_off,
                lambda: cloud.change("identities", password_version=7))

    assert owner.leave(phone.access_token).outcome == (401, "bad_credentials")
    assert len(cloud.items("users")) == 1


def test_leaving_twice_at_once_is_leaving(owner: Owner, phone: Pair, laptop: Pair, wire: Wire,
                                          cloud: Cloud) -> None:
    """The account is gone, as was asked, whoever was first."""
    answers = []
    wire.before("Query", lambda: answers.append(owner.leave(laptop.access_token)))

    answers.append(owner.leave(phone.access_token))

    assert [answer.body for answer in answers] == [{"message": "account deleted"}] * 2
    assert [cloud.items(table) for table in ("users", "identities", "sessions")] == [[], [], []]


def test_an_account_that_goes_before_its_password_is_looked_at_is_refused(
        owner: Owner, phone: Pair, wire: Wire, cloud: Cloud) -> None:
    """There is nothing to look at the password for, so it is not taken for right."""
    owner.authorize(phone.access_token)
    wire.before("UpdateItem", lambda: cloud.drop("identities"))

    assert owner.leave(phone.access_token).outcome == (401, "bad_credentials")


def test_leaving_takes_a_password_that_there_is(owner: Owner, phone: Pair, cloud: Cloud) -> None:
    """Whoever signs in without one is answered as with a wrong one."""
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)

    assert owner.leave(phone.access_token).outcome == (401, "bad_credentials")
    assert len(cloud.items("users")) == 1


def test_a_sign_in_during_leaving_leaves_no_session(owner: Owner, phone: Pair, wire: Wire,
                                                    cloud: Cloud) -> None:
    wire.before("TransactWriteItems", lambda: owner.leave(phone.access_token))

    assert owner.sign_in().outcome == (401, "bad_credentials")
    assert cloud.items("sessions") == []


def test_the_callers_own_session_ends_last(
        owner: Owner, between: Pair, left_after_each_deletion: list[list[str]]) -> None:
    """It is what the caller needs to try again if not all of them could be ended."""
    own = session_id(owner, between)

    assert owner.leave(between.access_token).status == 200

    assert left_after_each_deletion[-2:] == [[own], []]


def test_who_has_a_passkey_shows_it_afresh_beside_the_password(
        owner: Owner, phone: Pair, passkey: dict[str, Any], device: Device, clock: Clock,
        cloud: Cloud) -> None:
    clock.advance(540)
    refused = owner.leave(phone.access_token)

    pair = owner.show_again_by(device, phone.access_token).pair

    assert refused.outcome == (401, "reauthentication_required")
    assert refused.body["kinds"] == ["passkey", "recovery_code"]
    assert owner.leave(pair.access_token).status == 200
    assert cloud.items("factors") == []
