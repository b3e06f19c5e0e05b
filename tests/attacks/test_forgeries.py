"""No forged token gets anywhere, and none costs the tables a request."""

from collections.abc import Callable

import pytest

from lambda_functions import authorizer
from shared.keys.signing_keys import derive
from tests.attacks import payload_forgeries, signature_forgeries
from tests.attacks.forge import Genuine
from tests.support.application import Application, Pair
from tests.support.cloud import SIGNING_SECRET
from tests.support.events import http_authorizer_event
from tests.support.wire import Wire

FORGERIES = signature_forgeries.FORGERIES | payload_forgeries.FORGERIES
UNAUTHORIZED = (401, "unauthorized")
Place = Callable[[Application, Pair, str], tuple[int, str]]


def _at_the_authorizer(app: Application, _pair: Pair, forged: str) -> tuple[int, str]:
    with pytest.raises(Exception) as refusal:
        app.authorize(forged)
    assert str(refusal.value) == "Unauthorized"
    return UNAUTHORIZED


def _at_the_authorizer_of_an_http_api(app: Application, _pair: Pair, forged: str
                                      ) -> tuple[int, str]:
    event = http_authorizer_event("GET", "/orders", headers=app.headers(forged))
    assert authorizer.handler(event, None, app.services) == {"isAuthorized": False}
    return UNAUTHORIZED


def _access_at_refresh(app: Application, pair: Pair, forged: str) -> tuple[int, str]:
    return app.refresh(Pair(forged, pair.refresh_token)).outcome


def _refresh_at_refresh(app: Application, pair: Pair, forged: str) -> tuple[int, str]:
    return app.refresh(Pair(pair.access_token, forged)).outcome


def _at_sign_out(app: Application, _pair: Pair, forged: str) -> tuple[int, str]:
    return app.sign_out(forged).outcome


PLACES: dict[str, Place] = {
    "authorizer": _at_the_authorizer,
    "authorizer of an HTTP API": _at_the_authorizer_of_an_http_api,
    "access token of a refresh": _access_at_refresh,
    "refresh token of a refresh": _refresh_at_refresh, "sign-out": _at_sign_out}


def _genuine(pair: Pair, place: str) -> Genuine:
    key = derive(SIGNING_SECRET)
    if place == "refresh token of a refresh":
        return Genuine(pair.refresh_token, pair.access_token, key)
    return Genuine(pair.access_token, pair.refresh_token, key)


@pytest.mark.parametrize("place", PLACES)
def test_a_forged_token_is_refused_everywhere(
        place: str, app: Application, pair: Pair, wire: Wire,
        capsys: pytest.CaptureFixture[str]) -> None:
    """Each is 401 unauthorized, asks the tables nothing, and is in no log line."""
    genuine = _genuine(pair, place)
    for name, forgery in FORGERIES.items():
        forged = forgery(genuine)
        wire.sent.clear()
        capsys.readouterr()

        outcome = PLACES[place](app, pair, forged)

        expected = UNAUTHORIZED
        if place == "refresh token of a refresh" and len(forged.encode()) > 8000:
            expected = (413, "body_too_large")
        assert outcome == expected, name
        assert set(wire.sent) <= {"GetSecretValue"}, name
        assert not _quoted(forged, capsys.readouterr().out), name


@pytest.mark.parametrize("place", PLACES)
def test_the_bench_itself_makes_good_tokens(place: str, app: Application, pair: Pair) -> None:
    """What is put together again without a change is taken: a forgery fails for its flaw."""
    genuine = _genuine(pair, place)
    rebuilt = genuine.signed(genuine.header, genuine.payload)
    access, refresh = rebuilt, pair.refresh_token
    if place == "refresh token of a refresh":
        access, refresh = pair.access_token, rebuilt

    assert app.authorize(access)["context"]["user_id"] == genuine.payload["sub"]
    assert app.refresh(Pair(access, refresh)).status == 200
    assert app.sign_out(access).status == 200


def _quoted(forged: str, printed: str) -> bool:
    return any(len(part) > 8 and part in printed for part in forged.split("."))
