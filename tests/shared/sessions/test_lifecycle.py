"""Sessions over the real table: races closed, retries recognised, ends final."""

from dataclasses import replace

import pytest

from shared.callers import Caller
from shared.errors import (BadCredentials, ForgedToken, SessionEnded,
                           StaleAccessToken, TokenReused, Unauthorized,
                           Unavailable)
from shared.identities import Account
from shared.sessions.lifecycle import Sessions
from shared.sessions.state import MAX_LOOKS, BY_PASSWORD, Lifetimes, Session, Written
from shared.sessions.token_pairs import IssuedTokens
from shared.tokens.access_tokens import Access
from shared.tokens.session_tokens import Claims, TokenType
from shared.wiring.services import Services
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.forgery import with_another_signature
from tests.support.memory_store import MemorySessionStore
from tests.support.wire import Wire

DAY = 86_400
ADA = Account("ada", "ada@example.org", NOW)
FIRST_STALE = 3540


@pytest.fixture
def sessions(services: Services) -> Sessions:
    return services.sessions


@pytest.fixture
def pair(sessions: Sessions) -> IssuedTokens:
    """The first pair of a session of Ada's that nobody has used."""
    return opened(sessions)


def opened(sessions: Sessions) -> IssuedTokens:
    return sessions.open(ADA, BY_PASSWORD, Caller("web-app"), lambda _session: None)[1]


def access(services: Services, pair: IssuedTokens) -> Access:
    """Return what the access token of a bearer says, expired or not."""
    return Access(claims(services, pair)[0], None)


def refreshed(services: Services, pair: IssuedTokens) -> IssuedTokens:
    return services.sessions.refresh(access(services, pair), pair.refresh_token)[1]


def claims(services: Services, pair: IssuedTokens) -> tuple[Claims, Claims]:
    return (services.tokens.verify(pair.access_token, TokenType.ACCESS, "web-app",
                                   even_if_expired=True),
            services.tokens.verify(pair.refresh_token, TokenType.REFRESH, "web-app",
                                   even_if_expired=True))


def use(services: Services, pair: IssuedTokens) -> Session:
    return services.sessions.authorize(
        services.tokens.verify(pair.access_token, TokenType.ACCESS, "web-app"))


def generation(services: Services, pair: IssuedTokens) -> int:
    return claims(services, pair)[0].generation


def rotated(services: Services, clock: Clock, pair: IssuedTokens) -> IssuedTokens:
    """Use the session and let it grow stale; return the next generation."""
    use(services, pair)
    clock.advance(FIRST_STALE)
    return refreshed(services, pair)


def test_opening_stores_one_session_and_gives_its_first_pair(
        services: Services, sessions: Sessions, cloud: Cloud) -> None:
    session, issued = sessions.open(
        replace(ADA, roles=("admin", "billing"), roles_version=2), BY_PASSWORD,
        Caller("web-app", "203.0.113.7", "curl/8.10.1"), lambda _session: None)

    access, refresh = claims(services, issued)
    assert access == Claims("ada", "web-app", session.session_id, 0, NOW, NOW + 3600,
                            auth_time=NOW, amr=("pwd",), acr="aal1", roles=("admin", "billing"))
    assert refresh == Claims("ada", "web-app", session.session_id, 0, NOW, NOW + 14 * DAY,
                             ends_at=NOW + 30 * DAY)
    assert (issued.access_token_expires_in, issued.refresh_token_expires_in) == (3600, 14 * DAY)
    assert cloud.item("sessions") == {
        "UserId": "ada", "SessionId": session.session_id, "client_id": "web-app",
        "generation": 0, "created_at": NOW, "refreshed_at": NOW, "ends_at": NOW + 30 * DAY,
        "expires_at": NOW + 14 * DAY, "auth_time": NOW, "amr": "pwd", "acr": "aal1",
        "address": "203.0.113.7", "device": "curl/8.10.1", "roles": "admin billing",
        "roles_version": 2}


@pytest.mark.parametrize(("ends_at", "end"), [
    (NOW + 60, NOW + 60), (NOW + 30 * DAY, NOW + 30 * DAY), (NOW + 31 * DAY, NOW + 30 * DAY)])
def test_a_session_that_comes_from_another_one_ends_no_later(
        ends_at: int, end: int, services: Services, sessions: Sessions, cloud: Cloud) -> None:
    session, issued = sessions.open(ADA, BY_PASSWORD, Caller("web-app"), lambda _session: None,
                                    ends_at=ends_at)

    access, refresh = claims(services, issued)
    assert session.ends_at == cloud.item("sessions")["ends_at"] == refresh.ends_at == end
    assert access.expires_at == min(NOW + 3600, end)


def test_a_session_opened_with_a_password_that_changed_is_withdrawn(
        sessions: Sessions, cloud: Cloud) -> None:
    def password_has_changed(_session: Session) -> None:
        raise BadCredentials

    with pytest.raises(BadCredentials):
        sessions.open(ADA, BY_PASSWORD, Caller("web-app"), confirm=password_has_changed)

    assert cloud.items("sessions") == []


@pytest.mark.parametrize("failure", [Unavailable, KeyError])
def test_a_session_that_cannot_be_confirmed_is_withdrawn(
        sessions: Sessions, cloud: Cloud, failure: type[Exception]) -> None:
    """Also if the reason is a defect: nobody gets the tokens."""
    def confirm(_session: Session) -> None:
        raise failure

    with pytest.raises(failure):
        sessions.open(ADA, BY_PASSWORD, Caller("web-app"), confirm)

    assert cloud.items("sessions") == []


def test_a_sign_in_whose_put_was_answered_late_gives_one_session(
        sessions: Sessions, cloud: Cloud, wire: Wire) -> None:
    wire.lose_answers("TransactWriteItems", times=2)

    opened(sessions)

    assert len(cloud.items("sessions")) == 1


def test_the_common_refresh_is_one_request(services: Services, clock: Clock, wire: Wire,
                                           pair: IssuedTokens) -> None:
    use(services, pair)
    clock.advance(FIRST_STALE)
    wire.sent.clear()

    successor = refreshed(services, pair)

    assert wire.sent_to_tables() == ["UpdateItem"]
    assert generation(services, successor) == 1


def test_a_refresh_that_is_not_due_is_one_read(services: Services, wire: Wire,
                                               pair: IssuedTokens) -> None:
    wire.sent.clear()

    same = refreshed(services, pair)

    assert wire.sent == ["GetItem"]
    assert claims(services, same) == claims(services, pair)


def test_a_renewal_is_two_requests(services: Services, clock: Clock, wire: Wire,
                                   pair: IssuedTokens) -> None:
    clock.advance(FIRST_STALE)
    wire.sent.clear()

    renewed = refreshed(services, pair)

    assert wire.sent_to_tables() == ["UpdateItem", "UpdateItem"]
    assert generation(services, renewed) == 0
    assert renewed.access_token_expires_in == 3600


def test_a_rotation_whose_answer_was_lost_gives_the_successor(
        services: Services, clock: Clock, cloud: Cloud, wire: Wire, pair: IssuedTokens) -> None:
    use(services, pair)
    clock.advance(FIRST_STALE)
    wire.lose_answers("UpdateItem")

    successor = refreshed(services, pair)

    assert generation(services, successor) == cloud.item("sessions")["generation"] == 1


def test_a_renewal_whose_answer_was_lost_is_recognised(
        services: Services, clock: Clock, cloud: Cloud, wire: Wire, pair: IssuedTokens) -> None:
    clock.advance(FIRST_STALE)
    wire.lose_answers("UpdateItem", times=2)

    renewed = refreshed(services, pair)

    assert generation(services, renewed) == cloud.item("sessions")["generation"] == 0
    assert cloud.item("sessions")["refreshed_at"] == clock.now


def test_a_rotation_whose_every_answer_was_lost_can_be_tried_again(
        services: Services, clock: Clock, wire: Wire, pair: IssuedTokens) -> None:
    use(services, pair)
    clock.advance(FIRST_STALE)
    wire.lose_answers("UpdateItem", times=3)
    with pytest.raises(Unavailable):
        refreshed(services, pair)

    clock.advance(7 * DAY)

    assert generation(services, refreshed(services, pair)) == 1


def test_two_tabs_that_refresh_at_once_get_one_pair(services: Services, clock: Clock, wire: Wire,
                                                    pair: IssuedTokens) -> None:
    """The other tab is through just before this one's write arrives."""
    use(services, pair)
    clock.advance(FIRST_STALE)
    others: list[IssuedTokens] = []
    wire.before("UpdateItem", lambda: others.append(refreshed(services, pair)))

    mine = refreshed(services, pair)

    assert claims(services, mine) == claims(services, others[0])
    assert generation(services, mine) == 1


def test_a_renewal_that_loses_to_another_looks_again(services: Services, clock: Clock,
                                                     wire: Wire, pair: IssuedTokens) -> None:
    clock.advance(FIRST_STALE)
    others: list[IssuedTokens] = []
    wire.before("UpdateItem", lambda: None,
                lambda: others.append(refreshed(services, pair)))

    mine = refreshed(services, pair)

    assert claims(services, mine) == claims(services, others[0])


@pytest.mark.parametrize("arrives", [0, 1], ids=["before the rotation", "before the renewal"])
def test_a_refresh_never_brings_a_session_back(arrives: int, services: Services, clock: Clock,
                                               cloud: Cloud, wire: Wire,
                                               pair: IssuedTokens) -> None:
    clock.advance(FIRST_STALE)
    wire.before("UpdateItem", *[lambda: None] * arrives,
                lambda: services.sessions.end(claims(services, pair)[0]))

    with pytest.raises(SessionEnded):
        refreshed(services, pair)

    assert cloud.items("sessions") == []


def test_an_acknowledgement_never_brings_a_session_back(services: Services, cloud: Cloud,
                                                        wire: Wire, pair: IssuedTokens) -> None:
    wire.before("UpdateItem", lambda: services.sessions.end(claims(services, pair)[0]))

    use(services, pair)

    assert cloud.items("sessions") == []


def test_a_session_that_rotates_under_an_acknowledgement_is_not_marked_used(
        services: Services, clock: Clock, cloud: Cloud, wire: Wire,
        pair: IssuedTokens) -> None:
    session = Session("ada", claims(services, pair)[0].session_id, "web-app", 0, NOW, NOW,
                      NOW + 30 * DAY, NOW, BY_PASSWORD)
    rotated(services, clock, pair)

    services.session_store.acknowledge(session, clock.now)

    assert "acknowledged_at" not in cloud.item("sessions")


def test_a_replay_ends_the_session_for_everybody(services: Services, clock: Clock, cloud: Cloud,
                                                 pair: IssuedTokens) -> None:
    successor = rotated(services, clock, pair)
    use(services, successor)
    clock.advance(31)

    with pytest.raises(TokenReused) as refusal:
        refreshed(services, pair)

    assert refusal.value.about == {
        "client_id": "web-app", "user_id": "ada",
        "session_id": claims(services, pair)[0].session_id}
    assert cloud.items("sessions") == []
    with pytest.raises(SessionEnded):
        refreshed(services, successor)
    with pytest.raises(Unauthorized):
        use(services, successor)


def test_a_replay_whose_end_was_answered_late_ends_the_session(
        services: Services, clock: Clock, cloud: Cloud, wire: Wire, pair: IssuedTokens) -> None:
    use(services, rotated(services, clock, pair))
    clock.advance(31)
    wire.lose_answers("DeleteItem")

    with pytest.raises(TokenReused):
        refreshed(services, pair)

    assert cloud.items("sessions") == []


def test_the_tokens_of_a_refresh_belong_together(services: Services, clock: Clock,
                                                 pair: IssuedTokens) -> None:
    successor = rotated(services, clock, pair)
    another = opened(services.sessions)

    for first, second in [(pair, successor), (successor, pair), (pair, another)]:
        with pytest.raises(StaleAccessToken):
            services.sessions.refresh(access(services, first), second.refresh_token)


def test_a_session_whose_end_is_near_rotates_at_the_first_second_that_it_may(
        services: Services, clock: Clock, cloud: Cloud, pair: IssuedTokens) -> None:
    """Its access token lasts to the end of the session, and so is stale a minute before it."""
    use(services, pair)
    cloud.change("sessions", ends_at=NOW + 1000)

    clock.advance(939)
    assert generation(services, refreshed(services, pair)) == 0
    clock.advance(1)
    assert generation(services, refreshed(services, pair)) == 1


def test_a_forged_refresh_token_costs_no_request(services: Services, wire: Wire,
                                                 pair: IssuedTokens) -> None:
    presented = access(services, pair)
    wire.sent.clear()

    with pytest.raises(ForgedToken):
        services.sessions.refresh(presented, with_another_signature(pair.refresh_token))

    assert wire.sent == []


def test_an_expired_refresh_token_of_a_live_session_is_taken(
        services: Services, clock: Clock, wire: Wire, pair: IssuedTokens) -> None:
    """All answers were lost for two weeks, yet each refresh arrived: the session lives."""
    for _ in range(20):
        clock.advance(DAY)
        refreshed(services, pair)

    assert claims(services, pair)[1].expires_at < clock.now
    assert refreshed(services, pair).access_token_expires_in == 3600


def test_the_first_use_is_noted_once(services: Services, clock: Clock, cloud: Cloud, wire: Wire,
                                     pair: IssuedTokens) -> None:
    clock.advance(5)
    use(services, pair)
    clock.advance(5)
    wire.sent.clear()

    use(services, pair)

    assert wire.sent == ["GetItem"]
    assert cloud.item("sessions")["acknowledged_at"] == NOW + 5


def test_an_older_generation_is_no_first_use_of_the_newest(
        services: Services, clock: Clock, cloud: Cloud, pair: IssuedTokens) -> None:
    rotated(services, clock, pair)

    use(services, pair)

    assert "acknowledged_at" not in cloud.item("sessions")


def test_a_session_of_another_client_authorizes_nobody(services: Services, cloud: Cloud,
                                                       pair: IssuedTokens) -> None:
    cloud.change("sessions", client_id="phone-app")

    with pytest.raises(Unauthorized):
        use(services, pair)
    with pytest.raises(SessionEnded):
        refreshed(services, pair)


def test_what_ttl_has_not_swept_yet_has_ended_all_the_same(services: Services, clock: Clock,
                                                           cloud: Cloud,
                                                           pair: IssuedTokens) -> None:
    """TTL deletes up to days late; here an access token outlives its session's end."""
    cloud.change("sessions", ends_at=NOW + 100)
    clock.advance(100)

    with pytest.raises(Unauthorized):
        use(services, pair)
    with pytest.raises(SessionEnded):
        refreshed(services, pair)
    assert len(cloud.items("sessions")) == 1


def test_an_expired_access_token_ends_its_own_session(services: Services, clock: Clock,
                                                      cloud: Cloud, pair: IssuedTokens) -> None:
    clock.advance(10 * DAY)

    services.sessions.end(claims(services, pair)[0])

    assert cloud.items("sessions") == []


def test_a_session_ends_once(services: Services, pair: IssuedTokens) -> None:
    services.sessions.end(claims(services, pair)[0])

    with pytest.raises(SessionEnded):
        services.sessions.end(claims(services, pair)[0])


class RestlessStore(MemorySessionStore):
    """A store in which somebody else is always a little faster."""

    def renew(self, seen: Session, now: int, lifetimes: Lifetimes, acknowledge: bool,
              proof_id: str = "") -> Written:
        self.requests += 1
        return Written(False, seen)


def test_contention_beyond_patience_is_unavailable(services: Services, clock: Clock) -> None:
    store = RestlessStore()
    sessions = Sessions(store, services.tokens, services.lifetimes, clock)
    pair = opened(sessions)
    clock.advance(FIRST_STALE)

    with pytest.raises(Unavailable):
        sessions.refresh(access(services, pair), pair.refresh_token)

    assert store.requests == 2 + MAX_LOOKS, "put, rotate, and a renewal each look"
