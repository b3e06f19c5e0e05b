"""What a session learns of its user, from those who have no access token at hand."""

from dataclasses import replace

import pytest

from shared.errors import Unauthorized
from shared.sessions.session_proofs import SessionProofs
from shared.sessions.state import BY_PASSWORD, Lifetimes, Session, proven_by
from tests.support.clock import NOW, Clock
from tests.support.memory_store import MemorySessionStore

LIFETIMES = Lifetimes(access_token_seconds=3600, session_idle_seconds=10_000,
                      session_absolute_seconds=40_000, early_refresh_seconds=60,
                      grace_seconds=30)
SESSION = Session("ada", "s-1", "web-app", 0, created_at=NOW, refreshed_at=NOW,
                  ends_at=NOW + 40_000, auth_time=NOW, proven=BY_PASSWORD)


@pytest.fixture
def store() -> MemorySessionStore:
    store = MemorySessionStore()
    store.put(SESSION, LIFETIMES)
    return store


@pytest.fixture
def proofs(store: MemorySessionStore, clock: Clock) -> SessionProofs:
    return SessionProofs(store, LIFETIMES, clock)


def end(gone: str, store: MemorySessionStore, clock: Clock) -> None:
    if gone == "ended":
        store.delete("ada", "s-1")
    else:
        clock.advance(10_000)


def test_what_is_recorded_counts_as_no_use_of_a_token(
        proofs: SessionProofs, store: MemorySessionStore, clock: Clock) -> None:
    """Nobody has presented one, so the pair before may still be needed."""
    clock.advance(9)
    proofs.record("ada", "s-1", "otp")

    assert store.get("ada", "s-1") == replace(
        SESSION, refreshed_at=NOW + 9, auth_time=NOW + 9, proven=proven_by("pwd", "otp"))


@pytest.mark.parametrize(("shown", "methods", "together"), [
    (["hwk", "user"], ["otp"], ["otp", "hwk", "user"]),
    (["hwk", "user"], ["rec"], ["rec", "hwk", "user"]),
    (["hwk", "user"], ["swk", "user"], ["swk", "user"]),
    (["otp", "hwk", "user"], ["rec"], ["rec", "hwk", "user"]),
    (["pwd", "hwk", "user"], ["otp"], ["pwd", "otp"]),
    (["pwd", "otp"], ["hwk", "user"], ["pwd", "hwk", "user"]),
    (["hwk", "user"], ["pwd"], ["pwd"]), (["pwd", "hwk", "user"], ["pwd"], ["pwd"])])
def test_what_the_session_was_opened_with_still_counts(
        shown: list[str], methods: list[str], together: list[str], proofs: SessionProofs,
        store: MemorySessionStore) -> None:
    """The password, or else the passkey beside a code; but no passkey beside another, nor beside a
    password that was shown now, which is so only once there is no second factor."""
    store.put(replace(SESSION, proven=proven_by(*shown)), LIFETIMES)

    proofs.record("ada", "s-1", *methods)

    found = store.get("ada", "s-1")
    assert found and found.proven == proven_by(*together)


@pytest.mark.parametrize("gone", ["ended", "idle"])
def test_nothing_is_recorded_in_a_session_that_has_ended(
        gone: str, proofs: SessionProofs, store: MemorySessionStore, clock: Clock) -> None:
    end(gone, store, clock)
    before = dict(store.items)

    proofs.record("ada", "s-1", "otp")

    assert store.items == before


@pytest.mark.parametrize("gone", ["ended", "idle"])
def test_a_session_that_has_ended_is_not_live(
        gone: str, proofs: SessionProofs, store: MemorySessionStore, clock: Clock) -> None:
    clock.advance(9_000)
    assert proofs.require_live("ada", "s-1") == SESSION
    end(gone, store, clock)

    with pytest.raises(Unauthorized):
        proofs.require_live("ada", "s-1")
