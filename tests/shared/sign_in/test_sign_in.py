"""Every sign-in ends in one way: the session is stored, confirmed, and counted."""

import pytest

from shared.callers import Caller
from shared.errors import BadCredentials
from shared.identities import EMAIL_ADDRESS, Identity
from shared.tokens.device_tokens import Device
from shared.wiring.services import Services
from tests.support.clock import Clock
from tests.support.cloud import Cloud

ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0, password_version=3)
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
    session, *_ = services.sign_in.open(ADA, WEB_APP, nothing_has_changed)

    assert (session.user_id, session.client_id) == ("ada", "web-app")
    assert (session.address, session.device) == ("203.0.113.7", "curl/8.10.1")


def test_the_device_is_given_a_token(services: Services) -> None:
    """Of a known device, the same one as before; of any other, one of its own."""
    known = Device("ada", "d-1", 2)

    tokens = [services.sign_in.open(ADA, WEB_APP, nothing_has_changed, device).device_token
              for device in (known, None, None)]

    of_known, *of_new = [services.device_tokens.read(token) for token in tokens]
    assert of_known == Device("ada", "d-1", 3)
    assert len({device.device_id for device in of_new if device}) == 2
    assert {device[:1] + device[2:] for device in of_new if device} == {("ada", 3)}


def test_the_oldest_session_beyond_the_limit_ends(services: Services, clock: Clock) -> None:
    opened = []
    for _ in range(3):
        session, *_ = services.sign_in.open(ADA, WEB_APP, nothing_has_changed)
        opened.append(session.session_id)
        clock.advance(1)

    assert session_ids(services) == [opened[2], opened[1]]


def test_a_sign_in_that_is_withdrawn_ends_no_other_session(services: Services,
                                                           clock: Clock) -> None:
    for _ in range(2):
        services.sign_in.open(ADA, WEB_APP, nothing_has_changed)
        clock.advance(1)
    before = session_ids(services)

    with pytest.raises(BadCredentials):
        services.sign_in.open(ADA, WEB_APP, the_password_has_changed)

    assert session_ids(services) == before
