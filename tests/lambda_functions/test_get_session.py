"""GET /session"""

import pytest

from lambda_functions import get_session
from shared.wiring.services import Services
from tests.support.application import Application, Pair, send
from tests.support.clock import NOW, Clock
from tests.support.events import proxy_event
from tests.support.heavy import NOTHING
from tests.support.wire import Wire

LOADS = NOTHING


@pytest.mark.parametrize(("later", "left"), [(0, 3600), (1, 3599), (3599, 1)])
def test_it_tells_the_whole_seconds_left(later: int, left: int, app: Application, clock: Clock,
                                         pair: Pair) -> None:
    clock.advance(later)

    answer = app.session(pair.access_token)

    assert (answer.status, answer.body) == (200, {"access_token_expires_in": left})


def test_it_asks_nobody(services: Services, wire: Wire) -> None:
    send(get_session.handler, proxy_event("GET", "/session", principal={
        "client_id": "web-app", "user_id": "ada", "session_id": "s-1",
        "access_expires_at": NOW + 10}), services)

    assert wire.sent == []
