"""PUT /user/password: a new password for the old one, which ends all sessions and opens one."""

import pytest

from shared.accounts.password_changes import RETRY_SECONDS
from shared.password_hash import PasswordHash
from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import EMAIL, PASSWORD, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, ESTIMATOR, PASSWORDS, SDK, TOKENS
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES | PASSWORDS | ESTIMATOR


def test_a_change_ends_all_sessions_and_opens_one(owner: Owner, phone: Pair, laptop: Pair
                                                  ) -> None:
    """The caller stays signed in, but a copy of the pair that was sent is of no use; only the
    new password signs in."""
    answer = owner.change_password(laptop.access_token)

    assert answer.status == 200
    assert answer.body.keys() == owner.sign_in(password=NEW_PASSWORD).body.keys()
    assert owner.is_let_in(answer.pair.access_token)
    assert not owner.is_let_in(laptop.access_token)
    assert not owner.is_let_in(phone.access_token)
    assert owner.sign_in().outcome == (401, "bad_credentials")
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_a_wrong_current_password_changes_nothing(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """And is limited like sign-ins are: five are free."""
    answers = [owner.change_password(laptop.access_token, current="wrong").outcome
               for _ in range(6)]

    assert answers == [(401, "bad_credentials")] * 5 + [(429, "too_many_attempts")]
    assert owner.is_let_in(phone.access_token)


def test_the_password_of_sign_up_is_no_retry(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """Nobody who knows it alone has changed it: the current one must be right."""
    answer = owner.change_password(laptop.access_token, current="wrong", new=PASSWORD)

    assert answer.outcome == (401, "bad_credentials")
    assert owner.is_let_in(phone.access_token)


def test_a_change_leaves_an_address_unverified(owner: Owner, laptop: Pair, cloud: Cloud) -> None:
    """Whoever knows the password need not own the address."""
    owner.change_password(laptop.access_token)

    assert cloud.item("identities")["email_verified"] is False


def test_without_a_password_there_is_none_to_change(owner: Owner, laptop: Pair, cloud: Cloud
                                                    ) -> None:
    """Whoever signs in otherwise is answered as with a wrong one."""
    cloud.change("identities", password_hash=None, cost=None, pepper_id=None)

    assert owner.change_password(laptop.access_token).outcome == (401, "bad_credentials")
    assert "password_hash" not in cloud.item("identities")


def test_a_weak_new_password_is_refused_by_its_field(owner: Owner, phone: Pair) -> None:
    """The rules are those of sign-up, the person's own address among them."""
    answer = owner.change_password(phone.access_token, new=EMAIL)

    assert answer.outcome == (400, "weak_password")
    assert {field["field"] for field in answer.body["fields"]} == {"new_password"}


def test_guesses_of_strangers_do_not_keep_the_owner_from_a_change(
        owner: Owner, laptop: Pair) -> None:
    for _ in range(6):
        owner.sign_in(password="wrong")
    assert owner.sign_in().outcome == (429, "too_many_attempts")

    assert owner.change_password(laptop.access_token).status == 200


def test_a_change_without_a_sweep_before_it_changes_nothing(
        owner: Owner, phone: Pair, laptop: Pair, wire: Wire) -> None:
    """No session outlives the password that it was opened with."""
    wire.cut("Query")
    assert owner.change_password(laptop.access_token).outcome == (503, "unavailable")
    wire.mend()

    assert owner.is_let_in(phone.access_token)
    assert owner.sign_in().status == 201


def test_a_change_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """The password was stored, no session could be opened: only the caller's own is left, for
    the same request again, which ends it as well."""
    owner.authorize(laptop.access_token)
    wire.before("UpdateItem", lambda: None, lambda: wire.cut("Query"))
    assert owner.change_password(laptop.access_token).outcome == (503, "unavailable")
    wire.mend()
    assert cloud.item("identities")["password_version"] == 1
    assert not owner.is_let_in(phone.access_token)
    assert owner.is_let_in(laptop.access_token)

    answer = owner.change_password(laptop.access_token)

    assert answer.status == 200
    assert not owner.is_let_in(laptop.access_token)
    assert owner.list_sessions(answer.pair.access_token).body["sessions"][0]["current"]
    assert len(cloud.items("sessions")) == 1


def test_a_weak_new_password_is_judged_after_the_current_one(
        owner: Owner, laptop: Pair) -> None:
    """Judging costs more than refusing, and only who knows the current one may ask for it."""
    answers = [owner.change_password(laptop.access_token, current="wrong", new="weak").outcome
               for _ in range(6)]

    assert answers == [(401, "bad_credentials")] * 5 + [(429, "too_many_attempts")]


def test_the_device_is_given_a_token_for_its_next_sign_in(owner: Owner, laptop: Pair) -> None:
    token = owner.change_password(laptop.access_token).device_token
    for _ in range(6):
        owner.sign_in(password="wrong")

    assert owner.sign_in(password=NEW_PASSWORD, device_token=token).status == 201


def test_a_retry_is_one_for_five_minutes(owner: Owner, laptop: Pair, clock: Clock) -> None:
    """Later, knowing the present password twice over is no proof of the one before."""
    laptop = owner.change_password(laptop.access_token).pair
    clock.advance(RETRY_SECONDS)

    assert owner.change_password(laptop.access_token).outcome == (401, "bad_credentials")


def test_of_two_changes_at_once_one_wins(owner: Owner, laptop: Pair, wire: Wire,
                                         cloud: Cloud) -> None:
    """The other proved a password that is one no more."""
    owner.authorize(laptop.access_token)
    wire.before("UpdateItem", lambda: None, lambda: cloud.change("identities", password_version=7))

    answer = owner.change_password(laptop.access_token)

    assert answer.outcome == (401, "bad_credentials")
    assert cloud.item("identities")["password_version"] == 7


def test_a_change_that_is_sent_twice_at_once_leaves_the_caller_signed_in(
        owner: Owner, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """By the answer that comes last."""
    owner.authorize(laptop.access_token)
    answers = []
    wire.before("Query", lambda: answers.append(owner.change_password(laptop.access_token)))

    answers.append(owner.change_password(laptop.access_token))

    assert [answer.status for answer in answers] == [200, 200]
    assert owner.is_let_in(answers[1].pair.access_token)
    assert cloud.item("identities")["password_version"] == 1
    assert len(cloud.items("sessions")) == 1


def test_the_new_password_is_hashed_before_the_sweep(
        owner: Owner, laptop: Pair, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes longest, and a session can be opened between sweep and change."""
    hashed: list[str] = []
    hash_password = owner.services.passwords.hash

    def note(password: str) -> PasswordHash:
        hashed.append(password)
        return hash_password(password)

    seen: list[list[str]] = []
    monkeypatch.setattr(owner.services.passwords, "hash", note)
    wire.before("Query", lambda: seen.append(list(hashed)))

    assert owner.change_password(laptop.access_token).status == 200

    assert seen == [[NEW_PASSWORD]]


def test_an_account_that_is_deleted_meanwhile_has_no_password(
        owner: Owner, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """And none comes to be."""
    owner.authorize(laptop.access_token)
    wire.before("UpdateItem", lambda: None, lambda: cloud.drop("identities"))

    assert owner.change_password(laptop.access_token).outcome == (401, "bad_credentials")
    assert cloud.items("identities") == []


def test_a_sign_in_during_the_change_leaves_no_session(
        owner: Owner, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """It has proven the old password and stores its session after the sweep."""
    wire.before("TransactWriteItems", lambda: owner.change_password(laptop.access_token))

    assert owner.sign_in().outcome == (401, "bad_credentials")
    assert len(cloud.items("sessions")) == 1


def test_a_change_whose_answer_was_lost_succeeds(owner: Owner, laptop: Pair, wire: Wire,
                                                 cloud: Cloud) -> None:
    """The SDK's own retry recognises its first try."""
    owner.authorize(laptop.access_token)
    wire.before("UpdateItem", lambda: None, lambda: wire.lose_answers("UpdateItem"))

    assert owner.change_password(laptop.access_token).status == 200
    assert cloud.item("identities")["password_version"] == 1
