"""A quiet sign-up tells the owner of an address, and nobody else, what became of it."""

import pytest

from shared.callers import Caller
from shared.errors import TooManyAttempts
from shared.sign_in.authentication import Guess
from shared.tokens.mail_tokens import Purpose
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.mail import MAIL, Outbox, with_mail

EMAIL, PASSWORD = "ada@lovelace.example.org", "notes on the analytical engine, 1843"
ANOTHERS = "a stranger who was here before Ada"
CALLER = Caller("web-app", "203.0.113.7")


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def quiet(cloud: Cloud, clock: Clock, outbox: Outbox) -> Services:
    return with_mail(cloud.services(clock, require_verified_email=True, mails_per_source=2, **MAIL),
                     outbox)


def test_a_new_address_gets_a_link_that_verifies_it(quiet: Services, outbox: Outbox) -> None:
    assert quiet.sign_up.register(EMAIL, PASSWORD, CALLER) is not None

    identity, _ = quiet.mailed_links.owner(outbox.last_token, Purpose.VERIFY_EMAIL)
    assert identity.name == EMAIL


def test_a_verified_address_is_told_that_it_is_taken(quiet: Services, outbox: Outbox) -> None:
    quiet.sign_up.register(EMAIL, PASSWORD, CALLER)
    identity, _ = quiet.mailed_links.owner(outbox.last_token, Purpose.VERIFY_EMAIL)
    quiet.identity_store.verify(identity)

    assert quiet.sign_up.register(EMAIL, PASSWORD, CALLER) is None

    assert outbox.messages[-1].to == EMAIL
    assert outbox.messages[-1].subject == "You already have a session-api account"
    assert "#token=" not in outbox.messages[-1].text


def test_a_repeated_sign_up_is_finished_by_the_owner(quiet: Services, outbox: Outbox) -> None:
    """Its link chooses the password: whoever signed up first need not own the address, and
    must not get in with the password of then once the owner has verified it."""
    quiet.sign_up.register(EMAIL, ANOTHERS, CALLER)
    quiet.sign_up.register(EMAIL, PASSWORD, CALLER)

    identity, link = quiet.mailed_links.owner(outbox.last_token, Purpose.RESET_PASSWORD)
    quiet.password_changes.reset(identity, link, PASSWORD, lambda: None)

    assert outbox.messages[-1].subject == "Finish signing up to session-api"
    assert quiet.authentication.authenticate(Guess(EMAIL, PASSWORD)).identity.verified


def test_a_mail_that_was_not_sent_changes_no_answer(quiet: Services, outbox: Outbox) -> None:
    outbox.refuses = True

    assert quiet.sign_up.register(EMAIL, PASSWORD, CALLER) is not None
    assert quiet.sign_up.register(EMAIL, PASSWORD, CALLER) is None


def test_a_sign_up_beyond_the_limit_on_mail_makes_no_account(
        quiet: Services, cloud: Cloud) -> None:
    for number in range(2):
        quiet.sign_up.register(f"somebody{number}@example.org", PASSWORD, CALLER)

    with pytest.raises(TooManyAttempts):
        quiet.sign_up.register(EMAIL, PASSWORD, CALLER)

    assert len(cloud.items("users")) == len(cloud.items("identities")) == 2
