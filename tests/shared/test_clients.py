"""Who may call: a client that is registered and enabled, and for how long it is believed."""

from dataclasses import replace

import pytest

from shared.clients import Client, Clients
from shared.errors import Unauthorized
from tests.support.clock import NOW, Clock

WEB = Client("web-app", "The web app", enabled=True, created_at=NOW)


class Registry:
    """A ClientStore that remembers which ids it was asked for."""

    def __init__(self, *clients: Client) -> None:
        self.clients = {client.client_id: client for client in clients}
        self.asked: list[str] = []

    def find(self, client_id: str) -> Client | None:
        self.asked.append(client_id)
        return self.clients.get(client_id)


def test_an_enabled_client_may_call(clock: Clock) -> None:
    assert Clients(Registry(WEB), clock, remember_seconds=0).require("web-app") == WEB


def test_an_unknown_client_may_not(clock: Clock) -> None:
    with pytest.raises(Unauthorized):
        Clients(Registry(WEB), clock, remember_seconds=0).require("phone-app")


def test_a_disabled_client_may_not(clock: Clock) -> None:
    with pytest.raises(Unauthorized):
        Clients(Registry(replace(WEB, enabled=False)), clock, 0).require("web-app")


@pytest.mark.parametrize("client_id", [
    "", " ", "web app", "web-app\n", "-web", ".web", "web/app", "web#app", "w" * 65, "w\u00e9b",
    "\u0661", "web\0app", "*", "email#ada@x.org"])
def test_a_malformed_id_never_reaches_the_store(client_id: str, clock: Clock) -> None:
    registry = Registry(WEB)

    with pytest.raises(Unauthorized):
        Clients(registry, clock, remember_seconds=300).require(client_id)

    assert registry.asked == []


@pytest.mark.parametrize("client_id", ["a", "9", "web-app.v2_beta", "W" * 64])
def test_a_well_formed_id_is_looked_up(client_id: str, clock: Clock) -> None:
    registry = Registry(replace(WEB, client_id=client_id))

    assert Clients(registry, clock, 0).require(client_id).client_id == client_id


def test_a_client_is_believed_for_as_long_as_was_said(clock: Clock) -> None:
    """And not a second longer: that is how long a disabled client goes on working."""
    registry = Registry(WEB)
    clients = Clients(registry, clock, remember_seconds=300)
    clients.require("web-app")
    registry.clients["web-app"] = replace(WEB, enabled=False)

    clock.advance(299)
    assert clients.require("web-app") == WEB
    clock.advance(1)
    with pytest.raises(Unauthorized):
        clients.require("web-app")


def test_being_asked_for_does_not_prolong_belief(clock: Clock) -> None:
    registry = Registry(WEB)
    clients = Clients(registry, clock, remember_seconds=300)

    for _ in range(10):
        clients.require("web-app")
        clock.advance(100)

    assert len(registry.asked) == 4


def test_a_client_that_was_disabled_and_enabled_is_looked_up_again(clock: Clock) -> None:
    registry = Registry(WEB)
    clients = Clients(registry, clock, remember_seconds=300)
    clients.require("web-app")
    registry.clients["web-app"] = replace(WEB, enabled=False)
    clock.advance(300)
    with pytest.raises(Unauthorized):
        clients.require("web-app")

    registry.clients["web-app"] = WEB

    assert clients.require("web-app") == WEB


def test_refusals_are_not_remembered(clock: Clock) -> None:
    """Nobody fills the memory with ids, and a client works as soon as it is registered."""
    registry = Registry()
    clients = Clients(registry, clock, remember_seconds=300)
    for number in range(100):
        with pytest.raises(Unauthorized):
            clients.require(f"unknown-{number}")
    assert clients._seen == {}

    registry.clients["web-app"] = WEB

    assert clients.require("web-app") == WEB
