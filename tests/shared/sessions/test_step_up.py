"""Step-up: a renewal that also proves something, by the rules for what a token may ask for."""

from dataclasses import replace

import pytest

from shared.callers import Caller
from shared.errors import InvalidProof, SessionEnded, Unauthorized, Unavailable
from shared.identities import Account
from shared.sessions.lifecycle import Sessions
from shared.sessions.state import BY_PASSWORD, Lifetimes, Proven, Session, Written, proven_by
from shared.sessions.step_up import StepUp
from shared.tokens.access_tokens import Access
from shared.tokens.proofs import Proof
from shared.tokens.session_tokens import Claims, Tokens, TokenType
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.memory_store import MemorySessionStore

LIFETIMES = Lifetimes(access_token_seconds=3600, session_idle_seconds=10_000,
                      session_absolute_seconds=40_000, early_refresh_seconds=60,
                      grace_seconds=30)
ADA = Account("ada", "ada@example.org", NOW)
BOTH = proven_by("pwd", "otp")


@pytest.fixture
def store() -> MemorySessionStore:
    return MemorySessionStore()


@pytest.fixture
def tokens(services: Services) -> Tokens:
    return services.tokens


@pytest.fixture
def step_up(store: MemorySessionStore, tokens: Tokens, clock: Clock) -> StepUp:
    return StepUp(store, tokens, LIFETIMES, clock)


@pytest.fixture
def session(store: MemorySessionStore, tokens: Tokens, clock: Clock) -> Session:
    """Ada has signed in with her password; nobody has used the tokens."""
    sessions = Sessions(store, tokens, LIFETIMES, clock)
    return sessions.open(ADA, BY_PASSWORD, Caller("web-app"), confirm=lambda _session: None)[0]


def presented(session: Session, proof: Proof | None = None) -> Access:
    """Return what an access token of this session says."""
    told = Claims(session.user_id, session.client_id, session.session_id, session.generation,
                  session.refreshed_at, LIFETIMES.access_expires_at(session))
    return Access(told, proof)


def stored(store: MemorySessionStore) -> Session:
    [session] = store.items.values()
    return session


def put(store: MemorySessionStore, session: Session) -> Session:
    store.items[session.user_id, session.session_id] = session
    return session


@pytest.mark.parametrize(("before", "method", "after"), [
    (("pwd",), "pwd", Proven(("pwd",), "aal1")),
    (("pwd",), "otp", Proven(("pwd", "otp"), "aal2")),
    (("pwd", "otp"), "rec", Proven(("pwd", "rec"), "aal2")),
    (("pwd", "otp"), "pwd", Proven(("pwd",), "aal1")),
    (("pwd", "rec"), "otp", Proven(("pwd", "otp"), "aal2")),
    (("otp",), "otp", Proven(("otp",), "aal1"))])
def test_a_session_says_what_was_shown_now_beside_the_password_of_the_sign_in(
        before: tuple[str, ...], method: str, after: Proven, step_up: StepUp, session: Session,
        store: MemorySessionStore, clock: Clock) -> None:
    """An older second factor does not count: its user may have lost it since."""
    seen = put(store, replace(session, proven=proven_by(*before)))
    clock.advance(9)

    proven, _ = step_up.prove(presented(seen), seen, method)

    assert (proven.auth_time, proven.proven) == (NOW + 9, after)
    assert stored(store) == proven


def test_the_pair_is_the_newest_of_the_same_generation_and_says_what_was_shown(
        step_up: StepUp, session: Session, tokens: Tokens, clock: Clock) -> None:
    clock.advance(9)

    _, issued = step_up.prove(presented(session), session, "otp")

    access = tokens.verify(issued.access_token, TokenType.ACCESS, "web-app")
    assert (access.generation, access.issued_at) == (0, NOW + 9)
    assert (access.auth_time, Proven(access.amr, access.acr)) == (NOW + 9, BOTH)
    assert (issued.access_token_expires_in, issued.refresh_token_expires_in) == (3600, 10_000)


def test_a_token_of_the_generation_is_its_first_use(
        step_up: StepUp, session: Session, store: MemorySessionStore, clock: Clock) -> None:
    """As with a refresh: whoever presents it has it. One of the generation before says nothing."""
    clock.advance(9)
    successor = put(store, replace(session, generation=1))

    step_up.prove(presented(session), successor, "pwd")
    step_up.renew(presented(session))
    assert stored(store).acknowledged_at is None
    step_up.prove(presented(successor), stored(store), "pwd")
    assert stored(store).acknowledged_at == NOW + 9


@pytest.mark.parametrize("behind", [1, 2])
def test_a_spent_token_steps_nothing_up_and_ends_nothing(
        behind: int, step_up: StepUp, session: Session, store: MemorySessionStore, clock: Clock
        ) -> None:
    """A refresh with it would end the session. An access token is also what APIs are sent, so one
    that comes late is no sign of a thief."""
    seen = put(store, replace(session, generation=behind, acknowledged_at=NOW))
    clock.advance(31)

    with pytest.raises(Unauthorized):
        step_up.session_of(presented(session))
    with pytest.raises(Unauthorized):
        step_up.renew(presented(session))

    assert stored(store) == seen


@pytest.mark.parametrize("gone", ["ended", "idle", "of another client"])
def test_a_session_that_has_ended_is_not_stepped_up(
        gone: str, step_up: StepUp, session: Session, store: MemorySessionStore, clock: Clock
        ) -> None:
    access = presented(session)
    if gone == "ended":
        store.delete("ada", session.session_id)
    elif gone == "idle":
        clock.advance(10_000)
    else:
        put(store, replace(session, client_id="phone-app"))
    before = dict(store.items)

    with pytest.raises(SessionEnded):
        step_up.session_of(access)
    with pytest.raises(SessionEnded):
        step_up.renew(access)

    assert store.items == before


def test_the_proof_of_the_last_write_is_of_no_further_use(
        step_up: StepUp, session: Session, store: MemorySessionStore, clock: Clock) -> None:
    put(store, replace(session, jkt="key"))
    proof = Proof("key", "proof-1", NOW - 61, NOW + 61)
    step_up.prove(presented(session, proof), session, "otp")
    clock.advance(1)

    with pytest.raises(InvalidProof):
        step_up.session_of(presented(session, proof))

    assert (stored(store).proof_id, stored(store).auth_time) == ("proof-1", NOW)


def test_a_renewal_remembers_its_proof_too(
        step_up: StepUp, session: Session, store: MemorySessionStore) -> None:
    put(store, replace(session, jkt="key"))
    access = presented(session, Proof("key", "proof-1", NOW - 61, NOW + 61))
    step_up.renew(access)

    with pytest.raises(InvalidProof):
        step_up.renew(access)


class Meanwhile(MemorySessionStore):
    """Before each proof is written, another request renews the session, or with `rotates` replaces
    its pair; `left` times."""

    left = 0
    rotates = False

    def prove(self, seen: Session, proven: Proven, now: int, lifetimes: Lifetimes,
              acknowledge: bool, proof_id: str = "") -> Written:
        if self.left:
            self.left -= 1
            put(self, replace(stored(self), refreshed_at=stored(self).refreshed_at + 1,
                              generation=stored(self).generation + self.rotates))
        return super().prove(seen, proven, now, lifetimes, acknowledge, proof_id)


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("times", [4, 5])
def test_a_proof_that_loses_is_tried_again_on_what_is_there_then(
        times: int, records: bool, session: Session, store: MemorySessionStore, tokens: Tokens,
        clock: Clock) -> None:
    busy = Meanwhile()
    busy.items, busy.left = store.items, times
    step_up = StepUp(busy, tokens, LIFETIMES, clock)
    clock.advance(60)

    def prove() -> None:
        if records:
            step_up.record("ada", session.session_id, "otp")
        else:
            step_up.prove(presented(session), session, "otp")

    if times < 5:
        prove()
        assert (stored(store).auth_time, stored(store).proven) == (NOW + 60, BOTH)
    else:
        with pytest.raises(Unavailable):
            prove()
        assert stored(store).proven == BY_PASSWORD


def test_a_token_that_is_spent_meanwhile_steps_nothing_up(
        session: Session, store: MemorySessionStore, tokens: Tokens, clock: Clock) -> None:
    busy = Meanwhile()
    busy.items, busy.left, busy.rotates = store.items, 2, True

    with pytest.raises(Unauthorized):
        StepUp(busy, tokens, LIFETIMES, clock).prove(presented(session), session, "otp")

    assert stored(store).proven == BY_PASSWORD
