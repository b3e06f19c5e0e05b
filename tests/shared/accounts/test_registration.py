"""An address has one account, which can be found and whose address can be verified."""

import pytest

from shared.errors import Unauthorized, UserExists
from shared.sign_in.authentication import Guess
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire

EMAIL, PASSWORD = "ada@lovelace.example.org", "notes on the analytical engine, 1843"


def test_an_account_is_found_by_its_id(services: Services) -> None:
    account = services.registration.register(EMAIL, PASSWORD)

    assert services.accounts.find(account.user_id) == account
    assert (account.email, account.created_at) == (EMAIL, NOW)


def test_an_account_that_is_gone_is_unauthorized(services: Services) -> None:
    with pytest.raises(Unauthorized):
        services.accounts.find("nobody")


def test_the_second_sign_up_of_an_address_is_refused(services: Services, cloud: Cloud) -> None:
    services.registration.register(EMAIL, PASSWORD)

    with pytest.raises(UserExists):
        services.registration.register(EMAIL, "another password altogether")

    assert len(cloud.items("users")) == len(cloud.items("identities")) == 1
    assert services.authentication.authenticate(Guess(EMAIL, PASSWORD))


def test_of_two_sign_ups_that_meet_one_gets_the_account(services: Services, cloud: Cloud,
                                                        wire: Wire) -> None:
    wire.before("TransactWriteItems",
                lambda: services.registration.register(EMAIL, "the faster one's password"))

    with pytest.raises(UserExists):
        services.registration.register(EMAIL, PASSWORD)

    assert len(cloud.items("users")) == 1
    assert services.authentication.authenticate(Guess(EMAIL, "the faster one's password"))


def test_the_tables_hold_no_password(services: Services, cloud: Cloud) -> None:
    services.registration.register(EMAIL, PASSWORD)

    assert PASSWORD not in f"{cloud.items('users')} {cloud.items('identities')}"
