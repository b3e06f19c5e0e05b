"""GET /ping"""

from lambda_functions import ping
from shared.wiring.services import Services
from tests.support.application import send
from tests.support.cloud import ORIGIN
from tests.support.events import proxy_event
from tests.support.heavy import NOTHING
from tests.support.wire import Wire

LOADS = NOTHING


def test_ping_answers_anybody(services: Services, wire: Wire) -> None:
    answer = send(ping.handler, proxy_event("GET", "/ping", headers={"Origin": ORIGIN}), services)

    assert (answer.status, answer.body) == (200, {"message": "pong"})
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert wire.sent == []


def test_a_head_is_answered_without_a_body(services: Services) -> None:
    answer = send(ping.handler, proxy_event("HEAD", "/ping"), services)

    assert (answer.status, answer.text) == (200, "")
