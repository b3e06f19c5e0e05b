"""The JSON parsing test suite (Seriot, "Parsing JSON is a minefield") as request bodies."""

import pytest

from lambda_functions import create_session, create_user, refresh_session
from shared.strict_json import NotStrictJson, parse_object
from tests.attacks import vectors
from tests.support.application import Application, Handler, Pair, send
from tests.support.events import proxy_event
from tests.support.wire import Wire

SUITE = "json/test_parsing"
ROUTES: dict[str, tuple[Handler, str, str]] = {
    "sign-up": (create_user.handler, "POST", "/user"),
    "sign-in": (create_session.handler, "POST", "/session"),
    "refresh": (refresh_session.handler, "PUT", "/session")}
# Good JSON by the grammar, which leaves open what a key that comes twice means. We do not.
DOUBLED_KEYS = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


@pytest.mark.parametrize("route", ROUTES)
def test_no_body_of_the_suite_gets_past_the_door(
        route: str, app: Application, pair: Pair, wire: Wire) -> None:
    """None is what the routes take: 400, or 413 beyond 8 KB, and no request of a table."""
    handler, method, path = ROUTES[route]
    for file in sorted(vectors.path(SUITE).iterdir()):
        body = file.read_bytes()
        event = proxy_event(method, path, headers=app.headers(pair.access_token), body=body,
                            principal=app.principal, is_base64=True)
        wire.sent.clear()

        answer = send(handler, event, app.services)

        expected = (413, "body_too_large") if len(body) > 8192 else (400, "invalid_request")
        assert answer.outcome == expected, file.name
        assert wire.sent == [], file.name


def test_bad_json_is_refused_and_good_json_read() -> None:
    """Every n_ file is refused, and every y_ file is read, as the value of a member."""
    for file in sorted(vectors.path(SUITE).iterdir()):
        text = file.read_bytes()
        if file.name.startswith("n_") or file.name in DOUBLED_KEYS:
            with pytest.raises(NotStrictJson):
                parse_object(text)
        elif file.name.startswith("y_"):
            assert parse_object(b'{"member": ' + text + b"}").keys() == {"member"}, file.name


def test_what_the_suite_leaves_open_is_read_or_refused() -> None:
    """Nothing else comes of an i_ file: no other exception, however deep or odd it is."""
    for file in sorted(vectors.path(SUITE).glob("i_*")):
        for text in (file.read_bytes(), b'{"member": ' + file.read_bytes() + b"}"):
            try:
                parse_object(text)
            except NotStrictJson:
                continue
