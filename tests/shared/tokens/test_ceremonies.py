"""Tickets of ceremonies with passkeys."""

from dataclasses import replace

import pytest

from shared.errors import InvalidTicket
from shared.tokens.ceremonies import LIFETIME_SECONDS, Ceremonies, Ceremony, Purpose
from shared.tokens.jws import MAX_TOKEN_CHARACTERS
from shared.tokens.tickets import Ticket
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import SETTINGS

PLAIN = Ceremony("c-1", Purpose.SIGN_IN, "web-app", NOW + LIFETIME_SECONDS)
FULL = Ceremony("c-1", Purpose.SECOND_STEP, "web-app", NOW + LIFETIME_SECONDS, "ada", "s-1", 3,
                ("pwd",), "d-1", "f-1")


@pytest.fixture
def ceremonies(services: Services) -> Ceremonies:
    return services.ceremonies


@pytest.mark.parametrize("ceremony", [PLAIN, FULL, replace(FULL, session_id="", device_id="")],
                         ids=["plain", "full", "some"])
def test_a_ticket_says_what_it_was_given(ceremonies: Ceremonies, ceremony: Ceremony) -> None:
    assert ceremonies.verify(ceremonies.mint(ceremony), "web-app", ceremony.purpose) == ceremony


@pytest.mark.parametrize("purpose", Purpose)
def test_it_is_of_one_purpose(ceremonies: Ceremonies, purpose: Purpose) -> None:
    text = ceremonies.mint(replace(FULL, purpose=purpose))

    assert ceremonies.verify(text, "web-app", *Purpose).purpose is purpose
    with pytest.raises(InvalidTicket):
        ceremonies.verify(text, "web-app", *(set(Purpose) - {purpose}))
    with pytest.raises(InvalidTicket):
        ceremonies.verify(text, "web-app")


def test_it_is_of_one_client(ceremonies: Ceremonies) -> None:
    with pytest.raises(InvalidTicket):
        ceremonies.verify(ceremonies.mint(PLAIN), "another-app", Purpose.SIGN_IN)


def test_it_lasts_until_its_end(ceremonies: Ceremonies, clock: Clock) -> None:
    text = ceremonies.mint(PLAIN)
    clock.advance(LIFETIME_SECONDS - 1)
    assert ceremonies.verify(text, "web-app", Purpose.SIGN_IN) == PLAIN
    clock.advance(1)

    with pytest.raises(InvalidTicket):
        ceremonies.verify(text, "web-app", Purpose.SIGN_IN)


def test_it_is_of_this_issuer(services: Services, clock: Clock) -> None:
    other = Ceremonies(("https://another.example.org",), services.jws, clock)

    with pytest.raises(InvalidTicket):
        services.ceremonies.verify(other.mint(PLAIN), "web-app", Purpose.SIGN_IN)


def test_while_a_stage_moves_those_of_the_other_address_count(services: Services, clock: Clock
                                                              ) -> None:
    other = Ceremonies(("https://another.example.org",), services.jws, clock)
    both = Ceremonies((SETTINGS.token_issuer, "https://another.example.org"), services.jws, clock)

    assert both.verify(other.mint(PLAIN), "web-app", Purpose.SIGN_IN) == PLAIN


def test_what_is_altered_is_refused(ceremonies: Ceremonies) -> None:
    header, payload, signature = ceremonies.mint(PLAIN).split(".")

    for text in (f"{header}.{payload}.{signature[::-1]}", f"{payload}.{payload}.{signature}", "",
                 "x" * 9000, "\u00e4"):
        with pytest.raises(InvalidTicket):
            ceremonies.verify(text, "web-app", Purpose.SIGN_IN)


def test_neither_kind_of_ticket_is_taken_for_the_other(services: Services) -> None:
    code = services.tickets.mint(Ticket("c-1", "ada", "web-app", 3, ("pwd",), "", NOW + 300))

    with pytest.raises(InvalidTicket):
        services.ceremonies.verify(code, "web-app", *Purpose)
    with pytest.raises(InvalidTicket):
        services.tickets.verify(services.ceremonies.mint(FULL), "web-app")


def test_it_is_short_enough_to_be_taken_again(ceremonies: Ceremonies) -> None:
    """With the longest of all that is in it."""
    longest = Ceremony("i" * 36, Purpose.REAUTHENTICATE, "c" * 128, NOW + LIFETIME_SECONDS,
                       "u" * 36, "s" * 36, 2 ** 31, ("pwd", "otp"), "d" * 36, "f" * 36)

    assert len(ceremonies.mint(longest)) <= MAX_TOKEN_CHARACTERS // 2
