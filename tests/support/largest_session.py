"""The sessions whose items are the largest that there can be."""

from dataclasses import replace

from scripts.operating.roles import MAX_ROLES, checked
from shared.gateway.requests import MAX_DEVICE_BYTES_OF_BOUND
from shared.sessions.state import BY_PASSWORD, Session, proven_by

# More refreshes than a session of 30 days has if each is due after a minute.
GENERATION = 99_999


def largest_sessions(now: int) -> tuple[Session, Session]:
    """Return two opened now, for an imported user and with all roles, which need only to be used
    and refreshed: one that was opened with two factors, and one with a password alone, whose user
    has to enrol a second factor."""
    session = largest_session(now)
    return session, replace(session, proven=BY_PASSWORD, enrol_by=now + 30 * 86_400)


def largest_session(now: int) -> Session:
    """Return the one that was opened with two factors."""
    roles = checked(f"{number:02}{'r' * 30}" for number in range(MAX_ROLES))
    return Session(
        user_id="u" * 64, session_id="0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", client_id="c" * 64,
        generation=GENERATION, created_at=now, refreshed_at=now, ends_at=now + 30 * 86_400,
        auth_time=now, proven=proven_by("pwd", "hwk", "user"),
        address="2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", device="d" * MAX_DEVICE_BYTES_OF_BOUND,
        roles=roles, roles_version=GENERATION, jkt="k" * 43)
