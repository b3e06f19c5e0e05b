"""The table of DESIGN section 5, row by row, at the seconds where each row begins and ends."""

from dataclasses import replace

import pytest

from shared.sessions.state import BY_PASSWORD, Decision, Lifetimes, Session, decide
from tests.support.clock import NOW

DAY = 86_400
LIFETIMES = Lifetimes(access_token_seconds=3600, session_idle_seconds=14 * DAY,
                      session_absolute_seconds=30 * DAY, early_refresh_seconds=60,
                      grace_seconds=30)
# Signed in now, on its seventh generation, whose tokens nobody has used yet.
SESSION = Session("ada", "s-1", "web-app", generation=7, created_at=NOW, refreshed_at=NOW,
                  ends_at=NOW + 30 * DAY, auth_time=NOW, proven=BY_PASSWORD)
LAST_FRESH, FIRST_STALE = NOW + 3539, NOW + 3540


def decided(session: Session | None, generation: int, now: int,
            client_id: str = "web-app") -> Decision:
    return decide(session, generation, client_id, now, LIFETIMES)


@pytest.mark.parametrize("used_at", [None, NOW, NOW + 3500])
def test_the_newest_tokens_are_kept_to_the_last_second_that_they_are_fresh(
        used_at: int | None) -> None:
    assert decided(replace(SESSION, acknowledged_at=used_at), 7, LAST_FRESH) is Decision.KEEP


def test_stale_tokens_rotate_from_the_second_that_the_grace_is_over() -> None:
    used = replace(SESSION, acknowledged_at=FIRST_STALE - 31)

    assert decided(used, 7, FIRST_STALE) is Decision.ROTATE


def test_stale_tokens_are_renewed_through_the_last_second_of_the_grace() -> None:
    used = replace(SESSION, acknowledged_at=FIRST_STALE - 30)

    assert decided(used, 7, FIRST_STALE) is Decision.RENEW


def test_stale_tokens_that_nobody_used_are_renewed() -> None:
    assert decided(SESSION, 7, FIRST_STALE) is Decision.RENEW


@pytest.mark.parametrize("now", [NOW, LAST_FRESH])
def test_the_predecessor_gets_the_successor_until_the_successor_is_used(now: int) -> None:
    assert decided(SESSION, 6, now) is Decision.KEEP


def test_the_predecessor_gets_the_successor_through_the_last_second_of_the_grace() -> None:
    assert decided(replace(SESSION, acknowledged_at=NOW), 6, NOW + 30) is Decision.KEEP


def test_the_predecessor_is_spent_from_the_second_that_the_grace_is_over() -> None:
    assert decided(replace(SESSION, acknowledged_at=NOW), 6, NOW + 31) is Decision.REUSE


def test_the_predecessor_gets_a_stale_successor_renewed() -> None:
    assert decided(SESSION, 6, FIRST_STALE) is Decision.RENEW


@pytest.mark.parametrize("generation", [0, 5, 8, 1000])
def test_any_other_generation_is_a_replay(generation: int) -> None:
    assert decided(SESSION, generation, NOW) is Decision.REUSE


def test_a_session_that_is_gone_has_ended() -> None:
    assert decided(None, 7, NOW) is Decision.ENDED


def test_a_session_of_another_client_is_not_there_for_this_one() -> None:
    assert decided(SESSION, 7, NOW, client_id="phone-app") is Decision.ENDED


@pytest.mark.parametrize(("now", "decision"), [
    (NOW + 14 * DAY - 1, Decision.RENEW), (NOW + 14 * DAY, Decision.ENDED)])
def test_an_idle_session_ends_at_the_very_second(now: int, decision: Decision) -> None:
    assert decided(SESSION, 7, now) is decision


@pytest.mark.parametrize(("now", "decision"), [
    (NOW + 30 * DAY - 1, Decision.RENEW), (NOW + 30 * DAY, Decision.ENDED)])
def test_no_refresh_slides_the_absolute_end(now: int, decision: Decision) -> None:
    busy = replace(SESSION, refreshed_at=NOW + 30 * DAY - 100)

    assert decided(busy, 7, now) is decision


def test_tokens_never_outlive_their_session() -> None:
    old = replace(SESSION, refreshed_at=NOW + 30 * DAY - 100)

    assert LIFETIMES.access_expires_at(old) == old.ends_at
    assert LIFETIMES.refresh_expires_at(old) == old.ends_at


def test_its_owner_sees_of_a_session_what_tells_it_from_others() -> None:
    session = replace(SESSION, address="203.0.113.7", device="Firefox on a loom")

    assert session.as_response() == {
        "id": "s-1", "client_id": "web-app", "created_at": NOW, "refreshed_at": NOW,
        "address": "203.0.113.7", "device": "Firefox on a loom"}
