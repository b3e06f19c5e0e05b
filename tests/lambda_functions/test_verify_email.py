"""PUT /user/email-verification: a followed link verifies the address."""

import pytest

from tests.lambda_functions.conftest import with_mail
from tests.support.account_owner import Outbox, Owner
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.heavy import BODIES, SDK, TOKENS

LOADS = SDK | TOKENS | BODIES


def test_a_followed_link_proves_the_address(owner: Owner, outbox: Outbox, cloud: Cloud) -> None:
    """Once; a second time there is nothing left to prove."""
    assert owner.ask_verification().status == 202
    assert owner.verify(outbox.last_token).body == {"message": "address verified"}

    assert cloud.item("identities")["email_verified"] is True
    assert owner.verify(outbox.last_token).outcome == (400, "invalid_link")


@pytest.mark.parametrize(("seconds", "status"), [(86_399, 200), (86_400, 400)])
def test_the_link_lasts_a_day(owner: Owner, outbox: Outbox, clock: Clock, seconds: int,
                              status: int) -> None:
    owner.ask_verification()
    clock.advance(seconds)

    assert owner.verify(outbox.last_token).status == status


def test_the_links_are_not_interchangeable(owner: Owner, outbox: Outbox) -> None:
    """Nor are they access tokens, nor those links."""
    owner.ask_verification()
    verification = outbox.last_token
    owner.forget_password()
    reset = outbox.last_token
    access = owner.sign_in().pair.access_token

    assert owner.reset_password(verification).outcome == (400, "invalid_link")
    assert owner.verify(reset).outcome == (400, "invalid_link")
    assert owner.verify(access).outcome == (400, "invalid_link")
    assert not owner.is_let_in(verification)


def test_a_link_of_another_stage_is_not_ours(owner: Owner, outbox: Outbox, cloud: Cloud,
                                             clock: Clock, pauses: list[float]) -> None:
    """Even one that shares our secrets: the issuer is another."""
    owner.ask_verification()
    other = Owner(with_mail(cloud.services(clock, token_issuer="https://other.example.org"),
                            outbox, pauses))

    assert other.verify(outbox.last_token).outcome == (400, "invalid_link")


def test_a_link_dies_with_the_account(owner: Owner, outbox: Outbox) -> None:
    """Also when somebody else has the address since."""
    owner.ask_verification()
    token = outbox.last_token
    owner.leave(owner.sign_in().pair.access_token)
    assert owner.verify(token).outcome == (400, "invalid_link")

    owner.sign_up()
    assert owner.verify(token).outcome == (400, "invalid_link")


def test_a_strict_stage_wants_the_address_verified(strict: Owner, outbox: Outbox) -> None:
    """Sign-up mails the link, and nobody is let in before it was followed."""
    assert strict.sign_up().status == 202
    assert strict.sign_in().outcome == (401, "bad_credentials")

    strict.verify(outbox.last_token)

    assert strict.sign_in().status == 201
