"""PUT /user/password and /user/password-reset: another password, and what it ends."""

import pytest

from shared.account_changes import RETRY_SECONDS
from shared.wiring import Services
from tests.support.account_owner import NEW_PASSWORD, Outbox, Owner
from tests.support.application import EMAIL, PASSWORD, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire


@pytest.fixture
def phone(owner: Owner) -> Pair:
    return owner.sign_in().pair


@pytest.fixture
def laptop(owner: Owner) -> Pair:
    return owner.sign_in().pair


def test_a_change_ends_all_other_sessions(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """The caller stays signed in; only the new password signs in."""
    assert owner.change_password(laptop.access_token).status == 200

    assert owner.is_let_in(laptop.access_token)
    assert not owner.is_let_in(phone.access_token)
    assert owner.sign_in().outcome == (401, "bad_credentials")
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_a_wrong_current_password_changes_nothing(owner: Owner, phone: Pair, laptop: Pair) -> None:
    """And counts like a failed sign-in: five are free."""
    answers = [owner.change_password(laptop.access_token, current="wrong").outcome
               for _ in range(6)]

    assert answers == [(401, "bad_credentials")] * 5 + [(429, "too_many_attempts")]
    assert owner.is_let_in(phone.access_token)


def test_a_weak_new_password_is_refused_by_its_field(owner: Owner, phone: Pair) -> None:
    """The rules are those of sign-up, the person's own address among them."""
    answer = owner.change_password(phone.access_token, new=EMAIL)

    assert answer.outcome == (400, "weak_password")
    assert {field["field"] for field in answer.body["fields"]} == {"new_password"}


def test_a_change_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, laptop: Pair, wire: Wire) -> None:
    """The password was stored, the sweep failed: the same request again ends the sessions."""
    wire.cut("Query")
    assert owner.change_password(laptop.access_token).outcome == (503, "unavailable")
    assert owner.is_let_in(phone.access_token)
    wire.mend()

    assert owner.change_password(laptop.access_token).status == 200
    assert not owner.is_let_in(phone.access_token)


def test_a_retry_is_one_for_five_minutes(owner: Owner, laptop: Pair, clock: Clock) -> None:
    """Later, knowing the present password twice over is no proof of the one before."""
    owner.change_password(laptop.access_token)
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


def test_a_sign_in_during_the_change_leaves_no_session(
        owner: Owner, laptop: Pair, wire: Wire, cloud: Cloud) -> None:
    """It has proven the old password and stores its session after the sweep."""
    wire.before("PutItem", lambda: owner.change_password(laptop.access_token))

    assert owner.sign_in().outcome == (401, "bad_credentials")
    assert len(cloud.items("sessions")) == 1


def test_a_change_whose_answer_was_lost_succeeds(owner: Owner, laptop: Pair, wire: Wire,
                                                 cloud: Cloud) -> None:
    """The SDK's own retry recognises its first try."""
    owner.authorize(laptop.access_token)
    wire.before("UpdateItem", lambda: None, lambda: wire.lose_answers("UpdateItem"))

    assert owner.change_password(laptop.access_token).status == 200
    assert cloud.item("identities")["password_version"] == 1


def test_a_reset_sets_the_password_and_signs_nobody_in(
        owner: Owner, phone: Pair, outbox: Outbox, cloud: Cloud) -> None:
    """All sessions end; following the link proves the address."""
    assert owner.forget_password().status == 202
    answer = owner.reset_password(outbox.last_token)

    assert answer.body == {"message": "password changed"}
    assert cloud.items("sessions") == []
    assert cloud.item("identities")["email_verified"] is True
    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_a_reset_lifts_a_block(owner: Owner, outbox: Outbox) -> None:
    """Who forgot the password has tried a few."""
    for _ in range(6):
        owner.sign_in(password="wrong")
    owner.forget_password()
    owner.reset_password(outbox.last_token)

    assert owner.sign_in(password=NEW_PASSWORD).status == 201


def test_a_reset_link_works_once(owner: Owner, outbox: Outbox) -> None:
    """Not again, and not for another password."""
    owner.forget_password()
    owner.reset_password(outbox.last_token)

    answer = owner.reset_password(outbox.last_token, new=PASSWORD)

    assert answer.outcome == (400, "invalid_link")


def test_a_reset_that_half_succeeded_is_finished_by_its_retry(
        owner: Owner, phone: Pair, outbox: Outbox, wire: Wire, cloud: Cloud) -> None:
    """The password was stored, the sweep failed."""
    owner.forget_password()
    wire.cut("Query")
    assert owner.reset_password(outbox.last_token).outcome == (503, "unavailable")
    wire.mend()

    assert owner.reset_password(outbox.last_token).status == 200
    assert cloud.items("sessions") == []


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


@pytest.mark.parametrize(("seconds", "status"), [(1799, 200), (1800, 400)])
def test_a_reset_link_lasts_thirty_minutes(owner: Owner, outbox: Outbox, clock: Clock,
                                           seconds: int, status: int) -> None:
    owner.forget_password()
    clock.advance(seconds)

    assert owner.reset_password(outbox.last_token).status == status


def test_asking_tells_nothing_about_an_address(owner: Owner, outbox: Outbox,
                                               pauses: list[float]) -> None:
    """The same answer, held to whole seconds, and mail only where there is an account."""
    known, unknown = owner.forget_password(), owner.forget_password("nobody@example.org")

    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert [message.to for message in outbox.messages] == [EMAIL]
    assert len(pauses) == 2 and all(0 < pause <= 1 for pause in pauses)


def test_mail_to_one_address_is_limited_without_a_word(owner: Owner, outbox: Outbox) -> None:
    """A reset is always 202; the sixth in a row is not mailed."""
    answers = {owner.forget_password().status for _ in range(6)}

    assert answers == {202}
    assert len(outbox.messages) == 5


def test_without_a_sender_there_is_no_mail(services: Services) -> None:
    """The routes that mail say so, before they look at the address."""
    owner = Owner(services)

    assert owner.forget_password().outcome == (503, "mail_not_configured")
    assert owner.reset_password("any").outcome == (503, "mail_not_configured")
    assert owner.ask_verification().outcome == (503, "mail_not_configured")
    assert owner.verify("any").outcome == (503, "mail_not_configured")


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
