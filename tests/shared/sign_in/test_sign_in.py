"""Every sign-in ends in one way: the session is stored, confirmed, and counted."""

import pytest

from shared.callers import Caller
from shared.errors import AccountBlocked, BadCredentials, Unavailable
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD
from shared.tokens.device_tokens import Device
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.wire import Wire

ADA = Identity(EMAIL_ADDRESS, "ada@example.org", "ada", None, 0, password_version=3)
WEB_APP = Caller("web-app", "203.0.113.7", "curl/8.10.1")


def nothing_has_changed() -> None:
    pass


def the_password_has_changed() -> None:
    raise BadCredentials


def grant(services: Services, *roles: str) -> None:
    services.identity_store.create(Account("ada", "ada@example.org", NOW, roles), ADA)


@pytest.fixture
def services(cloud: Cloud, clock: Clock) -> Services:
    return cloud.services(clock, max_sessions=2)


def session_ids(services: Services) -> list[str]:
    return [session.session_id for session in services.user_sessions.live("ada")]


def test_the_session_is_the_callers(services: Services) -> None:
    session, *_ = services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)

    assert (session.user_id, session.client_id) == ("ada", "web-app")
    assert (session.address, session.device) == ("203.0.113.7", "curl/8.10.1")


def test_the_session_has_the_roles_of_the_account(services: Services) -> None:
    grant(services, "admin", "billing")

    session, *_ = services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)

    assert session.roles == ("admin", "billing")


@pytest.mark.parametrize("roles", ["admin billing", "billing", "nobody"])
def test_a_sign_in_under_which_the_roles_change_is_withdrawn(
        services: Services, cloud: Cloud, wire: Wire, roles: str) -> None:
    """Whoever changes them may have looked for sessions just before this one was stored. No other
    session ends for it."""
    grant(services, "admin")
    before = [services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed).session
              for _ in range(2)]
    wire.before("TransactWriteItems", lambda: cloud.change("users", roles=roles))

    with pytest.raises(Unavailable):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)

    assert sorted(session_ids(services)) == sorted(session.session_id for session in before)


def test_nobody_signs_in_to_an_account_that_is_blocked(services: Services, cloud: Cloud,
                                                       wire: Wire) -> None:
    """No session is stored, not even for a moment."""
    grant(services)
    cloud.change("users", blocked_at=NOW)
    wire.mend()

    with pytest.raises(AccountBlocked) as refusal:
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)

    assert refusal.value.about == {"user_id": "ada"}
    assert wire.sent_to_tables() == ["GetItem"]


@pytest.mark.parametrize("operation", ["TransactWriteItems", "GetItem"])
def test_a_sign_in_under_which_the_account_is_blocked_is_withdrawn(
        services: Services, cloud: Cloud, wire: Wire, operation: str) -> None:
    """Whoever blocks it may have ended all sessions just before this one was stored."""
    grant(services)
    done = [] if operation == "TransactWriteItems" else [nothing_has_changed]
    wire.before(operation, *done, lambda: cloud.change("users", blocked_at=NOW))

    with pytest.raises(AccountBlocked):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)

    assert session_ids(services) == []


def test_whoever_has_not_proven_to_be_the_owner_does_not_learn_of_a_block(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    grant(services)
    wire.before("TransactWriteItems", lambda: cloud.change("users", blocked_at=NOW))

    with pytest.raises(BadCredentials):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, the_password_has_changed)


def test_a_sign_in_to_an_account_that_is_deleted_meanwhile_fails_as_it_confirms(
        services: Services, cloud: Cloud, wire: Wire) -> None:
    """Trying again, as after a change of roles, would not help."""
    grant(services)
    wire.before("TransactWriteItems", lambda: cloud.drop("users"))

    with pytest.raises(BadCredentials):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, the_password_has_changed)


def test_the_device_is_given_a_token(services: Services) -> None:
    """Of a known device, the same one as before; of any other, one of its own."""
    known = Device("ada", "d-1", 2)

    signed_in = [services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed, device)
                 for device in (known, None, None)]

    of_known, *of_new = [services.device_tokens.read(one.device_token) for one in signed_in]
    assert of_known == Device("ada", "d-1", 3)
    assert len({device.device_id for device in of_new if device}) == 2
    assert {device[:1] + device[2:] for device in of_new if device} == {("ada", 3, False)}


def test_the_oldest_session_beyond_the_limit_ends(services: Services, clock: Clock) -> None:
    opened = []
    for _ in range(3):
        session, *_ = services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)
        opened.append(session.session_id)
        clock.advance(1)

    assert session_ids(services) == [opened[2], opened[1]]


def test_a_sign_in_that_is_withdrawn_ends_no_other_session(services: Services,
                                                           clock: Clock) -> None:
    for _ in range(2):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, nothing_has_changed)
        clock.advance(1)
    before = session_ids(services)

    with pytest.raises(BadCredentials):
        services.sign_in.open(ADA, BY_PASSWORD, WEB_APP, the_password_has_changed)

    assert session_ids(services) == before
