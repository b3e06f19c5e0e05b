"""The account and the identity of a user who is known by the id alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.errors import Unauthorized
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire

ADA = Account("u-ada", "ada@example.org", NOW, ("analyst",))
ADAS = Identity(EMAIL_ADDRESS, ADA.email, ADA.user_id, None, NOW)
NEXT = "ada@byron.example.org"


@pytest.fixture(autouse=True)
def ada(services: Services) -> None:
    services.identity_store.create(ADA, ADAS)


def renaming(services: Services, seen: Identity, name: str) -> Callable[[], None]:
    def rename() -> None:
        assert services.identity_store.rename(seen, name)

    return rename


def test_an_account_comes_with_the_identity_of_its_address(services: Services) -> None:
    assert services.owners.find_with_account("u-ada") == (ADA, ADAS)
    assert services.owners.find("u-ada") == ADAS


def test_an_address_that_changes_between_the_reads_is_looked_at_again(
        services: Services, wire: Wire) -> None:
    wire.after("GetItem", renaming(services, ADAS, NEXT))

    account, identity = services.owners.find_with_account("u-ada")

    assert (account, identity.name) == (replace(ADA, email=NEXT), NEXT)


def test_the_identity_of_whoever_has_the_former_address_now_is_not_taken(
        services: Services, wire: Wire) -> None:
    def give_away() -> None:
        renaming(services, ADAS, NEXT)()
        services.identity_store.create(
            Account("u-eve", ADA.email, NOW), replace(ADAS, user_id="u-eve"))

    wire.after("GetItem", give_away)

    account, identity = services.owners.find_with_account("u-ada")

    assert (account.email, identity.name, identity.user_id) == (NEXT, NEXT, "u-ada")


def test_what_is_read_before_a_change_of_the_address_is_of_the_former_one(
        services: Services, wire: Wire) -> None:
    """The other one is verified; that must not be said of this one."""
    wire.after("GetItem", lambda: None, renaming(services, ADAS, NEXT))

    assert services.owners.find_with_account("u-ada") == (ADA, ADAS)


def test_whoever_leaves_between_the_reads_is_gone(services: Services, wire: Wire) -> None:
    wire.after("GetItem", lambda: services.identity_store.delete(ADAS))

    with pytest.raises(Unauthorized):
        services.owners.find_with_account("u-ada")


def test_an_account_that_nothing_signs_in_to_is_gone(services: Services, cloud: Cloud) -> None:
    cloud.drop("identities")

    with pytest.raises(Unauthorized):
        services.owners.find_with_account("u-ada")


def test_an_account_whose_address_is_the_identity_of_another_is_gone(
        services: Services, cloud: Cloud) -> None:
    cloud.change("identities", user_id="u-eve")

    with pytest.raises(Unauthorized):
        services.owners.find_with_account("u-ada")
