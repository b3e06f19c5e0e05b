"""Whatever happens meanwhile, sessions end with the roles of their account, and never with more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from scripts.operating.role_changes import MAX_LOOKS, RoleChanges
from scripts.operating.roles import BadRoles
from shared.errors import NotFound, Unavailable
from shared.identities import EMAIL_ADDRESS, Account, Identity
from shared.sessions.state import BY_PASSWORD, Session
from shared.wiring.services import Services
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.failures import GONE, Fault
from tests.support.wire import Wire

ADA = Account("ada", "ada@example.org", NOW)
TABLET, PHONE = "tablet", "phone"


@pytest.fixture
def changes(services: Services) -> RoleChanges:
    return RoleChanges(services.user_store, services.session_store)


def keep(services: Services, *roles: str, sessions: tuple[str, ...] = (PHONE, TABLET)) -> None:
    """Store Ada with these roles, and her sessions."""
    services.identity_store.create(
        replace(ADA, roles=roles), Identity(EMAIL_ADDRESS, ADA.email, "ada", None, 0))
    for session_id in sessions:
        open_session(services, session_id, *roles)


def open_session(services: Services, session_id: str, *roles: str, version: int = 0) -> None:
    services.session_store.put(
        Session("ada", session_id, "web-app", 0, NOW, NOW, NOW + 86_400, NOW, BY_PASSWORD,
                roles=roles, roles_version=version),
        services.lifetimes)


def held(services: Services) -> tuple[object, dict[str, tuple[str, ...]]]:
    """Return the roles of the account, and of each session."""
    account = services.user_store.find("ada")
    return account and account.roles, {
        session.session_id: session.roles for session in services.session_store.every("ada")}


def between(wire: Wire, at: int, interrupt: Callable[[], object]) -> list[int]:
    """Interrupt just before request number `at` from now. Returns a list of one if it has."""
    requests, done = iter(range(100)), list[int]()

    def count() -> None:
        if next(requests) == at:
            done.append(at)
            wire.mend()
            interrupt()

    for operation in ("Query", "GetItem", "UpdateItem"):
        wire.before(operation, *[count] * 20)
    return done


def test_a_granted_role_reaches_account_and_sessions_in_order(changes: RoleChanges,
                                                              services: Services) -> None:
    keep(services, "editor")

    changed = changes.grant("ada", "analyst")

    assert changed == (replace(ADA, roles=("analyst", "editor"), roles_version=1), True)
    assert held(services) == (("analyst", "editor"), {
        PHONE: ("analyst", "editor"), TABLET: ("analyst", "editor")})


def test_a_revoked_role_leaves_them_and_the_others_stay(changes: RoleChanges, services: Services
                                                        ) -> None:
    keep(services, "analyst", "editor")

    changed = changes.revoke("ada", "editor")

    assert changed == (replace(ADA, roles=("analyst",), roles_version=1), True)
    assert held(services) == (("analyst",), {PHONE: ("analyst",), TABLET: ("analyst",)})


def test_the_last_role_can_be_revoked(changes: RoleChanges, services: Services) -> None:
    keep(services, "analyst")

    changes.revoke("ada", "analyst")

    assert held(services) == ((), {PHONE: (), TABLET: ()})


def test_what_is_as_it_should_be_costs_no_write(changes: RoleChanges, services: Services,
                                                wire: Wire) -> None:
    keep(services, "analyst")
    wire.mend()

    assert not changes.grant("ada", "analyst").is_new
    assert not changes.revoke("ada", "editor").is_new

    assert set(wire.sent) == {"GetItem", "Query"}


@pytest.mark.parametrize("action", ["grant", "revoke"])
def test_the_same_again_finishes_what_broke_off(action: str, changes: RoleChanges,
                                                services: Services) -> None:
    """The account is as it should be, and its sessions are not."""
    wanted = ("analyst",) if action == "grant" else ()
    keep(services, *wanted, sessions=())
    open_session(services, PHONE, "editor" if action == "grant" else "analyst")

    assert not getattr(changes, action)("ada", "analyst").is_new

    assert held(services) == (wanted, {PHONE: wanted})


def test_a_grant_after_a_revocation_that_broke_off_reaches_the_sessions(
        changes: RoleChanges, services: Services, wire: Wire) -> None:
    """They have fewer roles than the account, at its version."""
    keep(services, "analyst")
    wire.before("UpdateItem", lambda: None, lambda: wire.arm(Fault(GONE, at=0, lasting=True)))
    with pytest.raises(Unavailable):
        changes.revoke("ada", "analyst")
    wire.mend()
    assert held(services)[0] == ("analyst",)

    changes.grant("ada", "analyst")

    assert held(services) == (("analyst",), {PHONE: ("analyst",), TABLET: ("analyst",)})


@pytest.mark.parametrize("change", ["grant analyst", "revoke analyst", "grant reports"])
def test_sessions_that_are_ahead_of_a_restored_account_are_brought_back(
        change: str, changes: RoleChanges, services: Services) -> None:
    """The table of users was restored from a backup, and that of sessions was left as it was."""
    action, role = change.split()
    keep(services, "analyst", sessions=())
    open_session(services, PHONE, "admin", "analyst", version=7)
    open_session(services, TABLET, "admin", version=9)

    getattr(changes, action)("ada", role)

    roles = {"grant analyst": ("analyst",), "revoke analyst": (),
             "grant reports": ("analyst", "reports")}[change]
    assert held(services) == (roles, {PHONE: roles, TABLET: roles})
    account = services.user_store.find("ada")
    assert account is not None and account.roles_version == 10


def test_the_seventeenth_role_is_refused(changes: RoleChanges, services: Services) -> None:
    keep(services, *(f"role-{number:02}" for number in range(16)))

    with pytest.raises(BadRoles, match="at most 16"):
        changes.grant("ada", "another")

    assert not changes.grant("ada", "role-07").is_new


@pytest.mark.parametrize("action", ["grant", "revoke"])
def test_who_is_gone_has_no_roles(action: str, changes: RoleChanges, cloud: Cloud) -> None:
    with pytest.raises(NotFound):
        getattr(changes, action)("ada", "analyst")

    assert cloud.items("users") == []


def test_an_account_that_is_deleted_meanwhile_does_not_come_back(
        changes: RoleChanges, services: Services, cloud: Cloud, wire: Wire) -> None:
    keep(services)

    def delete() -> None:
        cloud.drop("users")
        cloud.drop("sessions")

    wire.before("UpdateItem", delete)

    with pytest.raises(NotFound):
        changes.grant("ada", "analyst")

    assert cloud.items("users") == cloud.items("sessions") == []


def test_a_session_that_ends_meanwhile_does_not_come_back(
        changes: RoleChanges, services: Services, wire: Wire) -> None:
    keep(services)
    wire.before("UpdateItem", lambda: None,
                lambda: services.session_store.delete("ada", PHONE))

    changes.grant("ada", "analyst")

    assert held(services) == (("analyst",), {TABLET: ("analyst",)})


@pytest.mark.parametrize("second", ["grant editor", "revoke analyst", "revoke viewer"])
@pytest.mark.parametrize(("first", "at"), [
    (first, at) for first, requests in (("grant analyst", 6), ("revoke viewer", 7),
                                        ("grant viewer", 3), ("revoke analyst", 4))
    for at in range(requests)])
def test_whenever_another_operator_comes_in_between_sessions_are_as_the_account(
        first: str, at: int, second: str, changes: RoleChanges, services: Services, wire: Wire
        ) -> None:
    """The whole of the second change is done just before one request of the first."""
    keep(services, "viewer")

    def do(change: str) -> None:
        action, role = change.split()
        getattr(changes, action)("ada", role)

    wire.mend()
    interrupted = between(wire, at, lambda: do(second))
    do(first)

    assert interrupted
    roles, sessions = held(services)
    assert sessions == {PHONE: roles, TABLET: roles}


@pytest.mark.parametrize("at", range(12))
@pytest.mark.parametrize("change", ["grant", "revoke"])
def test_wherever_the_store_fails_no_session_has_more_than_the_account(
        at: int, change: str, changes: RoleChanges, services: Services, wire: Wire) -> None:
    """And the same call again finishes it."""
    keep(services, *(["analyst"] if change == "revoke" else []))
    wire.arm(Fault(GONE, at=at, lasting=True))
    try:
        getattr(changes, change)("ada", "analyst")
        failed = False
    except Unavailable:
        failed = True
    assert failed is wire.hit
    wire.mend()

    roles, sessions = held(services)
    assert isinstance(roles, tuple)
    assert all(set(copy) <= set(roles) for copy in sessions.values())
    getattr(changes, change)("ada", "analyst")
    wanted = ("analyst",) if change == "grant" else ()
    assert held(services) == (wanted, {PHONE: wanted, TABLET: wanted})


def test_operators_who_never_stop_are_not_waited_for(changes: RoleChanges, services: Services,
                                                     wire: Wire) -> None:
    keep(services)
    number = iter(range(100))

    def interfere() -> None:
        account = services.user_store.find("ada")
        assert account is not None
        services.user_store.set_roles(account, (f"role-{next(number)}",),
                                      account.roles_version + 1)

    # Each interference is such a request itself, before which nothing more is done.
    wire.before("UpdateItem", *[interfere, lambda: None] * MAX_LOOKS)

    with pytest.raises(Unavailable, match="in a row"):
        changes.grant("ada", "analyst")
