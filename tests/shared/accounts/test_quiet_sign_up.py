"""A quiet sign-up tells the owner of an address, and nobody else, what became of it."""

import time

import pytest

from shared.mail.pace import Pace
from shared.sign_in.authentication import Guess
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services
from tests.support.account_owner import Outbox
from tests.support.clock import Clock
from tests.support.cloud import Cloud

EMAIL, PASSWORD = "ada@lovelace.example.org", "notes on the analytical engine, 1843"
ANOTHERS = "a stranger who was here before Ada"


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def quiet(cloud: Cloud, clock: Clock, outbox: Outbox) -> Services:
    services = cloud.services(clock, mail_sender="hello@session.example.org",
                              mail_link_url="https://app.example.org",
                              require_verified_email=True)
    services.mailer = outbox
    services.pace = Pace(time.monotonic, lambda seconds: None)
    return services


def test_a_new_address_gets_a_link_that_verifies_it(quiet: Services, outbox: Outbox) -> None:
    assert quiet.sign_up.register(EMAIL, PASSWORD).account is not None

    identity, _ = quiet.mailed_links.owner(outbox.last_token, Purpose.VERIFY_EMAIL)
    assert identity.name == EMAIL


def test_a_verified_address_is_told_that_it_is_taken(quiet: Services, outbox: Outbox) -> None:
    quiet.sign_up.register(EMAIL, PASSWORD)
    identity, _ = quiet.mailed_links.owner(outbox.last_token, Purpose.VERIFY_EMAIL)
    quiet.identity_store.verify(identity)

    assert quiet.sign_up.register(EMAIL, PASSWORD).account is None

    assert outbox.messages[-1].to == EMAIL
    assert outbox.messages[-1].subject == "You already have a session-api account"
    assert "#token=" not in outbox.messages[-1].text


def test_a_repeated_sign_up_is_finished_by_the_owner(quiet: Services, outbox: Outbox) -> None:
    """Its link chooses the password: whoever signed up first need not own the address, and
    must not get in with the password of then once the owner has verified it."""
    quiet.sign_up.register(EMAIL, ANOTHERS)
    quiet.sign_up.register(EMAIL, PASSWORD)

    identity, link = quiet.mailed_links.owner(outbox.last_token, Purpose.RESET_PASSWORD)
    quiet.password_changes.reset(identity, link, PASSWORD)

    assert outbox.messages[-1].subject == "Finish signing up to session-api"
    assert quiet.authentication.authenticate(Guess(EMAIL, PASSWORD)).identity.verified


@pytest.mark.parametrize("first", [EMAIL, "somebody.else@example.org"])
def test_a_mail_that_was_not_sent_is_only_for_the_log(quiet: Services, outbox: Outbox,
                                                      first: str) -> None:
    quiet.sign_up.register(first, PASSWORD)
    outbox.refuses = True

    assert str(quiet.sign_up.register(EMAIL, PASSWORD).hidden_failure) == "MessageRejected"
