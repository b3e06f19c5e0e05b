"""PUT /user/email-verification: a followed link verifies the address, together with the account's
own credential."""

import pytest

from tests.support.account_owner import NEW_PASSWORD, Owner
from tests.support.application import PASSWORD, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, PASSWORDS, SDK, TOKENS
from tests.support.mail import MAIL, Outbox, with_mail

LOADS = SDK | TOKENS | BODIES | PASSWORDS


@pytest.fixture
def link(owner: Owner, outbox: Outbox) -> str:
    """The link that Ada was mailed."""
    assert owner.ask_verification().status == 202
    return outbox.last_token


def is_verified(cloud: Cloud) -> bool:
    return bool(cloud.item("identities")["email_verified"])


def test_a_link_and_the_password_verify_and_sign_in(owner: Owner, link: str, cloud: Cloud) -> None:
    answer = owner.verify(link)

    assert answer.status == 201
    assert answer.body.keys() == owner.sign_in().body.keys()
    assert owner.is_let_in(answer.pair.access_token)
    assert is_verified(cloud)


def test_a_link_and_an_access_token_verify(owner: Owner, phone: Pair, link: str, cloud: Cloud
                                           ) -> None:
    answer = owner.verify_signed_in(link, phone.access_token)

    assert (answer.status, answer.body) == (200, {"message": "address verified"})
    assert is_verified(cloud)


def test_a_link_alone_verifies_nothing(owner: Owner, link: str, cloud: Cloud) -> None:
    """Its reader need not be the one who chose the password."""
    assert owner.verify_signed_in(link, None).outcome == (401, "unauthorized")
    assert not is_verified(cloud)


def test_a_link_and_another_password_verify_nothing(owner: Owner, link: str, cloud: Cloud) -> None:
    assert owner.verify(link, "wrong").outcome == (401, "bad_credentials")
    assert not is_verified(cloud)
    assert cloud.items("sessions") == []


def test_a_link_is_no_way_to_guess(owner: Owner, link: str) -> None:
    answers = [owner.verify(link, "wrong").status for _ in range(6)]

    assert answers == [401] * 5 + [429]


def test_guesses_of_strangers_do_not_keep_the_owner_from_verifying(
        owner: Owner, link: str, cloud: Cloud) -> None:
    """Who has just signed up has no device token yet."""
    for _ in range(6):
        owner.sign_in(password="wrong")
    assert owner.sign_in().status == 429

    assert owner.verify(link).status == 201


def test_a_thief_of_a_session_does_not_keep_the_owner_from_verifying(
        owner: Owner, phone: Pair, link: str) -> None:
    for _ in range(6):
        owner.change_password(phone.access_token, current="wrong")

    assert owner.verify(link).status == 201


def test_a_thief_of_a_link_does_not_keep_the_owner_from_changing_the_password(
        owner: Owner, phone: Pair, link: str) -> None:
    for _ in range(6):
        owner.verify(link, "wrong")
    assert owner.verify(link).status == 429

    assert owner.change_password(phone.access_token).status == 200


def test_an_access_token_of_another_account_verifies_nothing(
        owner: Owner, link: str, cloud: Cloud) -> None:
    owner.sign_up("eve@example.org")
    eve = owner.sign_in("eve@example.org").pair

    assert owner.verify_signed_in(link, eve.access_token).outcome == (400, "invalid_link")
    assert not any(item["email_verified"] for item in cloud.items("identities"))


def test_an_access_token_of_an_ended_session_verifies_nothing(
        owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    owner.sign_out(phone.access_token)

    assert owner.verify_signed_in(link, phone.access_token).outcome == (401, "unauthorized")
    assert not is_verified(cloud)


def test_an_expired_access_token_verifies_nothing(owner: Owner, phone: Pair, link: str,
                                                  clock: Clock, cloud: Cloud) -> None:
    clock.advance(3600)

    assert owner.verify_signed_in(link, phone.access_token).outcome == (401, "unauthorized")
    assert not is_verified(cloud)


def test_a_request_that_is_repeated_succeeds_again(owner: Owner, phone: Pair, link: str) -> None:
    assert owner.verify_signed_in(link, phone.access_token).status == 200
    assert owner.verify_signed_in(link, phone.access_token).status == 200
    assert owner.verify(link).status == 201


def test_a_link_dies_with_the_password(owner: Owner, phone: Pair, link: str, cloud: Cloud) -> None:
    """It may have been mailed for an account that was somebody else's then."""
    pair = owner.change_password(phone.access_token).pair

    for password in ("wrong", NEW_PASSWORD):
        assert owner.verify(link, password).outcome == (400, "invalid_link"), "a way to guess"
    assert owner.verify_signed_in(link, pair.access_token).outcome == (400, "invalid_link")
    assert not is_verified(cloud)


@pytest.mark.parametrize(("seconds", "status"), [(86_399, 201), (86_400, 400)])
def test_the_link_lasts_a_day(owner: Owner, link: str, clock: Clock, seconds: int, status: int
                              ) -> None:
    clock.advance(seconds)

    assert owner.verify(link).status == status


def test_the_links_are_not_interchangeable(owner: Owner, outbox: Outbox, link: str) -> None:
    """Nor are they access tokens, nor those links."""
    owner.forget_password()
    reset = outbox.last_token
    access = owner.sign_in().pair.access_token

    assert owner.reset_password(link).outcome == (400, "invalid_link")
    assert owner.verify(reset).outcome == (400, "invalid_link")
    assert owner.verify(access).outcome == (400, "invalid_link")
    assert not owner.is_let_in(link)


def test_a_link_of_another_stage_is_not_ours(owner: Owner, link: str, outbox: Outbox, cloud: Cloud,
                                             clock: Clock) -> None:
    """Even one that shares our secrets: the issuer is another."""
    other = Owner(with_mail(
        cloud.services(clock, token_issuer="https://other.example.org", **MAIL), outbox))

    assert other.verify(link).outcome == (400, "invalid_link")


def test_a_link_that_was_mailed_before_the_stage_moved_is_ours(
        owner: Owner, link: str, outbox: Outbox, cloud: Cloud, clock: Clock) -> None:
    former = cloud.services(clock).settings.token_issuer
    moved = Owner(with_mail(cloud.services(
        clock, token_issuer="https://sessions.example.org", other_issuers=(former,), **MAIL),
        outbox))

    assert moved.verify(link).status == 201


def test_whoever_must_verify_first_signs_in_by_verifying(strict: Owner, outbox: Outbox) -> None:
    strict.sign_up()
    assert strict.sign_in().outcome == (401, "bad_credentials")

    assert strict.verify(outbox.last_token, PASSWORD).status == 201

    assert strict.sign_in().status == 201


def test_an_older_hash_is_made_anew_as_at_a_sign_in(
        owner: Owner, link: str, outbox: Outbox, cloud: Cloud, clock: Clock) -> None:
    services = cloud.services(clock, bcrypt_cost=5, **MAIL)

    assert Owner(with_mail(services, outbox)).verify(link).status == 201

    assert cloud.item("identities")["cost"] == 5
