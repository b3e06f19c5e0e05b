"""A session's tokens are a function of its item, and of nothing else."""

from dataclasses import replace

import pytest

from shared.sessions.state import BY_PASSWORD, Session
from shared.sessions.token_pairs import IssuedTokens, issue
from shared.tokens.session_tokens import Claims, TokenType
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.largest_session import largest_session

SESSION = Session("ada", "s-1", "web-app", generation=2, created_at=NOW - 1000,
                  refreshed_at=NOW, ends_at=NOW + 30 * 86_400, auth_time=NOW - 900,
                  proven=BY_PASSWORD)


def claims(services: Services, issued: IssuedTokens) -> tuple[Claims, Claims]:
    return (services.tokens.verify(issued.access_token, TokenType.ACCESS, "web-app"),
            services.tokens.verify(issued.refresh_token, TokenType.REFRESH, "web-app"))


def test_the_largest_tokens_are_accepted(cloud: Cloud, clock: Clock) -> None:
    """Of an imported user with all roles, on a stage whose domain is as long as one can be."""
    services = cloud.services(clock, token_issuer=f"https://{'a' * 253}")
    session = largest_session(NOW)

    issued = issue(session, services.tokens, services.lifetimes, NOW)

    access = services.tokens.verify(issued.access_token, TokenType.ACCESS, session.client_id)
    assert access.roles == session.roles


def test_minting_later_says_the_same(services: Services, clock: Clock) -> None:
    at_once = issue(SESSION, services.tokens, services.lifetimes, NOW)
    clock.advance(600)
    later = issue(SESSION, services.tokens, services.lifetimes, clock.now)

    assert claims(services, at_once) == claims(services, later)
    assert later.access_token_expires_in == at_once.access_token_expires_in - 600 == 3000


@pytest.mark.parametrize("change", [{"generation": 3}, {"refreshed_at": NOW - 1},
                                    {"session_id": "s-2"}, {"user_id": "charles"}])
def test_another_item_gives_other_tokens(services: Services, change: dict[str, object]) -> None:
    one = issue(SESSION, services.tokens, services.lifetimes, NOW)
    other = issue(replace(SESSION, **change),  # type: ignore[arg-type]  # names of its fields
                  services.tokens, services.lifetimes, NOW)

    assert claims(services, one) != claims(services, other)


def test_no_token_outlives_the_session(services: Services) -> None:
    ending = replace(SESSION, ends_at=NOW + 10)

    issued = issue(ending, services.tokens, services.lifetimes, NOW)

    assert (issued.access_token_expires_in, issued.refresh_token_expires_in) == (10, 10)


def test_the_client_gets_the_fields_of_rfc_6749(services: Services) -> None:
    issued = issue(SESSION, services.tokens, services.lifetimes, NOW)

    assert issued.as_response() == {
        "access_token": issued.access_token, "refresh_token": issued.refresh_token,
        "access_token_expires_in": 3600, "refresh_token_expires_in": 14 * 86_400,
        "token_type": "Bearer"}
