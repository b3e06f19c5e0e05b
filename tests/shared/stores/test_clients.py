"""The registry: operators write it, authorizers read it."""

from dataclasses import replace

import pytest

from shared.clients import Client
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire, break_off

WEB = Client("web-app", "The web app", enabled=True, created_at=NOW)


@pytest.fixture
def store(cloud: Cloud) -> DynamoClientStore:
    return DynamoClientStore(Table(cloud.dynamodb, "clients"))


def test_a_client_is_found_as_it_was_added(store: DynamoClientStore) -> None:
    assert store.add(WEB)

    assert store.find("web-app") == WEB
    assert store.find("phone-app") is None


def test_a_client_id_is_taken_once(store: DynamoClientStore) -> None:
    store.add(WEB)

    assert not store.add(Client("web-app", "Another", enabled=False, created_at=NOW + 1))
    assert store.find("web-app") == WEB


def test_adding_the_same_client_again_adds_nothing(store: DynamoClientStore) -> None:
    store.add(WEB)

    assert not store.add(WEB)


def test_a_retry_does_not_take_another_client_for_its_own(store: DynamoClientStore,
                                                          wire: Wire) -> None:
    other = Client("web-app", "Another", enabled=False, created_at=NOW)
    wire.before("PutItem", break_off, lambda: store.add(other))

    assert not store.add(WEB)
    assert store.find("web-app") == other


def test_adding_whose_answer_was_lost_adds(store: DynamoClientStore, wire: Wire) -> None:
    wire.lose_answers("PutItem")

    assert store.add(WEB)


def test_clients_are_listed_by_their_ids(store: DynamoClientStore) -> None:
    phone = Client("phone-app", "The phone app", enabled=False, created_at=NOW)
    store.add(WEB)
    store.add(phone)

    assert store.every() == [phone, WEB]


def test_a_client_can_be_disabled_and_enabled(store: DynamoClientStore) -> None:
    store.add(WEB)

    assert store.set_enabled("web-app", False)
    disabled = store.find("web-app")
    assert disabled is not None and not disabled.enabled
    assert store.set_enabled("web-app", True)
    assert store.find("web-app") == WEB


def test_a_client_is_found_with_its_addresses(store: DynamoClientStore) -> None:
    uris = ("https://app.example.org/callback", "http://localhost:3000/")
    store.add(replace(WEB, redirect_uris=uris))

    assert store.find("web-app") == replace(WEB, redirect_uris=uris)
    assert store.set_redirect_uris("web-app", uris[:1])
    assert store.find("web-app") == replace(WEB, redirect_uris=uris[:1])
    assert store.set_redirect_uris("web-app", ())
    assert store.find("web-app") == WEB
    assert not store.set_redirect_uris("phone-app", uris)


def test_who_is_not_there_is_not_disabled(store: DynamoClientStore) -> None:
    assert not store.set_enabled("phone-app", False)
    assert store.find("phone-app") is None
