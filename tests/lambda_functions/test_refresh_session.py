"""PUT /session: each row of the table of DESIGN section 5, at the seconds where it changes."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from lambda_functions import refresh_session
from shared.wiring.services import Services
from tests.support.application import Answer, Application, Pair, send
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.events import proxy_event
from tests.support.heavy import BODIES, SDK, TOKENS
from tests.support.wire import Wire

LOADS = SDK | TOKENS | BODIES
AuditLines = Callable[[], list[dict[str, Any]]]
DAY = 86_400
# The second from which an access token minted now is due for another.
STALE = 3540


def says(pair: Pair) -> list[dict[str, Any]]:
    """Return the claims of both tokens."""
    return [jwt.decode(token, options={"verify_signature": False})
            for token in (pair.access_token, pair.refresh_token)]


def generation(pair: Pair) -> tuple[int, int]:
    """Return the generation of a pair, and the second at which it was minted."""
    access, refresh = says(pair)
    assert (access["gen"], access["iat"]) == (refresh["gen"], refresh["iat"])
    return access["gen"], access["iat"]


def rotate(app: Application, clock: Clock, pair: Pair) -> Pair:
    """Use the tokens, let them grow stale, and refresh them."""
    app.authorize(pair.access_token)
    clock.advance(STALE)
    return app.refresh(pair).pair


def test_fresh_tokens_are_kept(app: Application, clock: Clock, pair: Pair) -> None:
    app.authorize(pair.access_token)
    clock.advance(STALE - 1)

    answer = app.refresh(pair)

    assert answer.status == 200
    assert says(answer.pair) == says(pair)
    assert answer.body["access_token_expires_in"] == 61
    assert answer.body["refresh_token_expires_in"] == 14 * DAY - STALE + 1


def test_stale_tokens_that_are_settled_rotate(app: Application, clock: Clock, pair: Pair) -> None:
    clock.advance(STALE - 31)
    app.authorize(pair.access_token)
    clock.advance(31)

    answer = app.refresh(pair)

    assert generation(answer.pair) == (1, NOW + STALE)
    assert answer.body["access_token_expires_in"] == 3600


def test_stale_tokens_in_their_grace_are_renewed(app: Application, clock: Clock,
                                                 pair: Pair) -> None:
    clock.advance(STALE - 30)
    app.authorize(pair.access_token)
    clock.advance(30)

    assert generation(app.refresh(pair).pair) == (0, NOW + STALE)


def test_stale_tokens_that_nobody_used_are_renewed_and_have_been_used_by_that(
        app: Application, clock: Clock, cloud: Cloud, pair: Pair) -> None:
    clock.advance(STALE)

    assert generation(app.refresh(pair).pair) == (0, NOW + STALE)
    assert cloud.item("sessions")["acknowledged_at"] == NOW + STALE


def test_the_predecessor_gets_the_successor_until_the_successor_is_used(
        app: Application, clock: Clock, pair: Pair) -> None:
    """The answer was lost: the phone tries again, however late."""
    successor = rotate(app, clock, pair)

    clock.advance(STALE - 1)

    assert says(app.refresh(pair).pair) == says(successor)


def test_the_predecessor_gets_the_successor_through_the_grace(app: Application, clock: Clock,
                                                              pair: Pair) -> None:
    """Two tabs refresh at once, and one is slow."""
    successor = rotate(app, clock, pair)
    app.authorize(successor.access_token)
    clock.advance(30)

    assert says(app.refresh(pair).pair) == says(successor)


def test_the_predecessor_gets_a_stale_successor_renewed(app: Application, clock: Clock,
                                                        cloud: Cloud, pair: Pair) -> None:
    rotate(app, clock, pair)
    clock.advance(STALE)

    assert generation(app.refresh(pair).pair) == (1, NOW + 2 * STALE)
    assert "acknowledged_at" not in cloud.item("sessions"), "nobody has used the successor"


def test_a_spent_token_ends_the_session(app: Application, clock: Clock, cloud: Cloud,
                                        pair: Pair) -> None:
    successor = rotate(app, clock, pair)
    app.authorize(successor.access_token)
    clock.advance(31)

    assert app.refresh(pair).outcome == (401, "session_ended")
    assert cloud.items("sessions") == []
    assert app.refresh(successor).outcome == (401, "session_ended")
    with pytest.raises(Exception, match="^Unauthorized$"):
        app.authorize(successor.access_token)


def test_a_token_of_two_generations_ago_ends_the_session(app: Application, clock: Clock,
                                                         cloud: Cloud, pair: Pair) -> None:
    successor = rotate(app, clock, pair)
    rotate(app, clock, successor)

    assert app.refresh(pair).outcome == (401, "session_ended")
    assert cloud.items("sessions") == []


def test_a_session_that_ended_does_not_come_back(app: Application, pair: Pair) -> None:
    app.sign_out(pair.access_token)

    assert app.refresh(pair).outcome == (401, "session_ended")


@pytest.mark.parametrize(("idle_seconds", "status"), [(14 * DAY - 1, 200), (14 * DAY, 401)])
def test_an_idle_session_ends_after_two_weeks(idle_seconds: int, status: int, app: Application,
                                              clock: Clock, pair: Pair) -> None:
    clock.advance(idle_seconds)

    assert app.refresh(pair).status == status


def test_a_session_ends_after_thirty_days_however_busy(app: Application, clock: Clock,
                                                       pair: Pair) -> None:
    for _ in range(29):
        clock.advance(DAY)
        pair = app.refresh(pair).pair
        app.authorize(pair.access_token)
    clock.advance(DAY - 1)

    last = app.refresh(pair)
    assert last.body["access_token_expires_in"] == last.body["refresh_token_expires_in"] == 1
    clock.advance(1)
    assert app.refresh(last.pair).outcome == (401, "session_ended")


def test_the_tokens_must_be_of_one_generation(app: Application, clock: Clock, cloud: Cloud,
                                              pair: Pair) -> None:
    successor = rotate(app, clock, pair)

    for mixed in (Pair(pair.access_token, successor.refresh_token),
                  Pair(successor.access_token, pair.refresh_token)):
        assert app.refresh(mixed).outcome == (401, "stale_access_token")
    assert len(cloud.items("sessions")) == 1


def test_one_token_never_passes_for_the_other(app: Application, wire: Wire, pair: Pair) -> None:
    wire.sent.clear()

    for wrong in (Pair(pair.refresh_token, pair.refresh_token),
                  Pair(pair.access_token, pair.access_token),
                  Pair(pair.refresh_token, pair.access_token)):
        assert app.refresh(wrong).outcome == (401, "unauthorized")
    assert wire.sent_to_tables() == []


def test_another_client_cannot_refresh(app: Application, services: Services, pair: Pair) -> None:
    other = Application(services, "phone-app")

    assert other.refresh(pair).outcome == (401, "unauthorized")
    assert app.refresh(pair).status == 200


@pytest.mark.parametrize("spoil", [
    lambda token: token[:-1], lambda token: token + "=", lambda token: "x" * 1_000,
    lambda token: token.replace(".", ".e30", 1), lambda _: "a.b.c", lambda token: token[::-1]])
def test_a_spoilt_token_costs_no_request(spoil: Callable[[str], str], app: Application,
                                         wire: Wire, pair: Pair) -> None:
    wire.sent.clear()

    for spoilt in (Pair(spoil(pair.access_token), pair.refresh_token),
                   Pair(pair.access_token, spoil(pair.refresh_token))):
        assert app.refresh(spoilt).outcome == (401, "unauthorized")
    assert wire.sent_to_tables() == []


def test_a_refresh_without_an_access_token_is_unauthorized(services: Services) -> None:
    event = proxy_event("PUT", "/session", headers={"Content-Type": "application/json"},
                        body={"refresh_token": "r"}, principal={"client_id": "web-app"})

    assert send(refresh_session.handler, event, services).outcome == (401, "unauthorized")


def test_a_lost_answer_of_the_store_does_no_harm(app: Application, clock: Clock, wire: Wire,
                                                 pair: Pair) -> None:
    app.authorize(pair.access_token)
    clock.advance(STALE)
    wire.lose_answers("UpdateItem")

    assert generation(app.refresh(pair).pair) == (1, NOW + STALE)


def test_a_store_that_is_down_is_503(app: Application, wire: Wire, pair: Pair) -> None:
    wire.cut("GetItem")

    assert app.refresh(pair).outcome == (503, "unavailable")


def test_tokens_outlive_a_rotation_of_the_signing_key(app: Application, clock: Clock,
                                                      cloud: Cloud, pair: Pair) -> None:
    cloud.rotate_secret("signing-secret", "a new secret, of thirty-two characters and some")
    clock.advance(300)

    after = app.refresh(pair)

    assert after.status == 200
    assert app.session(after.pair.access_token).status == 200
    assert jwt.get_unverified_header(after.pair.access_token)["kid"] != (
        jwt.get_unverified_header(pair.access_token)["kid"])


def test_a_refresh_and_a_replay_are_logged(app: Application, clock: Clock, pair: Pair,
                                           audit_lines: AuditLines) -> None:
    successor: list[Answer] = []
    app.authorize(pair.access_token)
    clock.advance(STALE)
    audit_lines()
    successor.append(app.refresh(pair))
    app.authorize(successor[0].pair.access_token)
    clock.advance(31)
    app.refresh(pair)

    created, _authorized, reused = audit_lines()
    assert (created["event"], created["status"]) == ("authn_token_created", 200)
    assert (reused["event"], reused["status"]) == ("authn_token_reuse", 401)
    assert created["session_id"] == reused["session_id"] == says(pair)[0]["sid"]
