"""Every sign-in ends in one way: the session is stored, confirmed, and counted."""

import pytest

from shared.callers import Caller
from shared.errors import BadCredentials
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud

WEB_APP = Caller("web-app", "203.0.113.7", "curl/8.10.1")


def nothing_has_changed() -> None:
    pass


def the_password_has_changed() -> None:
    raise BadCredentials


@pytest.fixture
def services(cloud: Cloud, clock: Clock) -> Services:
    return cloud.services(clock, max_sessions=2)


def session_ids(services: Services) -> list[str]:
    return [session.session_id for session in services.user_sessions.live("ada")]


def test_the_session_is_the_callers(services: Services) -> None:
    session, _ = services.sign_in.open("ada", WEB_APP, nothing_has_changed)

    assert (session.user_id, session.client_id) == ("ada", "web-app")
    assert (session.address, session.device) == ("203.0.113.7", "curl/8.10.1")


def test_the_oldest_session_beyond_the_limit_ends(services: Services, clock: Clock) -> None:
    opened = []
    for _ in range(3):
        session, _ = services.sign_in.open("ada", WEB_APP, nothing_has_changed)
        opened.append(session.session_id)
        clock.advance(1)

    assert session_ids(services) == [opened[2], opened[1]]


def test_a_sign_in_that_is_withdrawn_ends_no_other_session(services: Services,
                                                           clock: Clock) -> None:
    for _ in range(2):
        services.sign_in.open("ada", WEB_APP, nothing_has_changed)
        clock.advance(1)
    before = session_ids(services)

    with pytest.raises(BadCredentials):
        services.sign_in.open("ada", WEB_APP, the_password_has_changed)

    assert session_ids(services) == before
