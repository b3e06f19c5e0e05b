"""Tickets between two steps of a sign-in."""

from dataclasses import replace

import pytest

from shared.errors import InvalidTicket
from shared.tokens.tickets import Ticket, Tickets
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import SETTINGS

TICKET = Ticket("t-1", "ada", "web-app", 3, ("pwd",), "d-1", NOW + 300)


@pytest.fixture
def tickets(services: Services) -> Tickets:
    return services.tickets


@pytest.mark.parametrize("ticket", [TICKET, replace(TICKET, device_id="")])
def test_a_ticket_says_what_it_was_given(tickets: Tickets, ticket: Ticket) -> None:
    assert tickets.verify(tickets.mint(ticket), "web-app") == ticket


def test_it_is_of_one_client(tickets: Tickets) -> None:
    with pytest.raises(InvalidTicket):
        tickets.verify(tickets.mint(TICKET), "another-app")


def test_it_lasts_until_its_end(tickets: Tickets, clock: Clock) -> None:
    text = tickets.mint(TICKET)
    clock.advance(299)
    assert tickets.verify(text, "web-app") == TICKET
    clock.advance(1)

    with pytest.raises(InvalidTicket):
        tickets.verify(text, "web-app")


def test_it_is_of_this_issuer(services: Services, clock: Clock) -> None:
    other = Tickets(("https://another.example.org",), services.jws, clock)

    with pytest.raises(InvalidTicket):
        services.tickets.verify(other.mint(TICKET), "web-app")
    assert services.settings.token_issuer == SETTINGS.token_issuer


def test_while_a_stage_moves_those_of_the_other_address_count(services: Services, clock: Clock
                                                              ) -> None:
    other = Tickets(("https://another.example.org",), services.jws, clock)
    both = Tickets((SETTINGS.token_issuer, "https://another.example.org"), services.jws, clock)

    assert both.verify(other.mint(TICKET), "web-app") == TICKET


def test_what_is_altered_is_refused(tickets: Tickets) -> None:
    header, payload, signature = tickets.mint(TICKET).split(".")

    for text in (f"{header}.{payload}.{signature[::-1]}", f"{payload}.{payload}.{signature}", ""):
        with pytest.raises(InvalidTicket):
            tickets.verify(text, "web-app")
