"""DELETE /session"""

from collections.abc import Callable
from typing import Any

import pytest

from shared.wiring.services import Services
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.forgery import with_another_signature
from tests.support.heavy import SDK, TOKENS
from tests.support.wire import Wire

LOADS = SDK | TOKENS


def test_signing_out_ends_the_session_at_once(app: Application, cloud: Cloud,
                                              pair: Pair) -> None:
    assert app.authorize(pair.access_token)

    answer = app.sign_out(pair.access_token)

    assert (answer.status, answer.body) == (200, {"message": "session ended"})
    assert cloud.items("sessions") == []
    with pytest.raises(Exception, match="^Unauthorized$"):
        app.authorize(pair.access_token)
    assert app.refresh(pair).outcome == (401, "session_ended")


def test_signing_out_ends_no_other_session(app: Application, pair: Pair) -> None:
    other = app.sign_in().pair

    app.sign_out(pair.access_token)

    assert app.session(other.access_token).status == 200


@pytest.mark.parametrize("later", [3600, 40 * 86_400])
def test_an_expired_token_may_end_its_own_session(later: int, app: Application, clock: Clock,
                                                  cloud: Cloud, pair: Pair) -> None:
    clock.advance(later)

    assert app.sign_out(pair.access_token).status == 200
    assert cloud.items("sessions") == []


def test_a_session_ends_once(app: Application, pair: Pair) -> None:
    app.sign_out(pair.access_token)

    assert app.sign_out(pair.access_token).outcome == (401, "session_ended")


def test_a_sign_out_whose_answer_was_lost_succeeds(app: Application, cloud: Cloud, wire: Wire,
                                                   pair: Pair) -> None:
    wire.lose_answers("DeleteItem", times=2)

    assert app.sign_out(pair.access_token).status == 200
    assert cloud.items("sessions") == []


def test_another_client_cannot_sign_out(services: Services, cloud: Cloud, pair: Pair) -> None:
    other = Application(services, "phone-app")

    assert other.sign_out(pair.access_token).outcome == (401, "unauthorized")
    assert len(cloud.items("sessions")) == 1


def test_a_token_that_is_not_ours_ends_nothing(app: Application, cloud: Cloud, wire: Wire,
                                               pair: Pair) -> None:
    wire.sent.clear()

    for token in (pair.refresh_token, with_another_signature(pair.access_token), "x.y.z"):
        assert app.sign_out(token).outcome == (401, "unauthorized")

    assert wire.sent_to_tables() == []
    assert len(cloud.items("sessions")) == 1


def test_a_store_that_is_down_is_503(app: Application, wire: Wire, pair: Pair) -> None:
    wire.cut("DeleteItem")

    assert app.sign_out(pair.access_token).outcome == (503, "unavailable")


def test_a_sign_out_is_logged(app: Application, pair: Pair,
                              audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    audit_lines()
    app.sign_out(pair.access_token)

    [line] = audit_lines()
    assert line["event"] == "authn_token_revoked"
    assert line.keys() >= {"user_id", "session_id", "client_id"}
