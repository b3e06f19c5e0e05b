"""The Big List of Naughty Strings, in every place of every request that takes text."""

import json

import pytest

from lambda_functions import (authorizer, client_id_authorizer, create_session,
                              delete_session, delete_session_by_id,
                              delete_sessions, list_sessions, refresh_session)
from tests.attacks import vectors
from tests.support import routes
from tests.support.account_owner import CHALLENGE, REDIRECT_URI, VERIFIER
from tests.support.application import (CLIENT_ID, EMAIL, PASSWORD, Application, Handler,
                                       Pair, send)
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.events import (Event, authorizer_event,
                                  http_authorizer_event, proxy_event)
from tests.support.mail import MAIL, Outbox, with_mail

STRINGS = "naughty-strings.json"
SIGN_IN = {"account_type": "traditional", "email": EMAIL, "password": PASSWORD}
# A value that is in order for each field of a body, and the routes whose body has it.
GOOD = SIGN_IN | {"current_password": PASSWORD, "new_password": PASSWORD,
                  "refresh_token": "x", "token": "x", "device_token": "x", "ticket": "x",
                  "code": "123456", "name": "My phone", "client_id": CLIENT_ID,
                  "redirect_uri": REDIRECT_URI, "code_challenge": CHALLENGE,
                  "code_challenge_method": "S256", "code_verifier": VERIFIER,
                  "credential": {"id": "AAAA", "type": "public-key", "response": {
                      "clientDataJSON": "e30", "attestationObject": "oA",
                      "authenticatorData": "AA", "signature": "AA"}}}
OF_ONE = {"SecondStep": {"account_type": "second_factor"}, "CodeExchange": {"code": "A" * 43}}
ROUTES = {(route.function, route.model.__name__): route for route in routes.with_body()}
PLACES = [(*name, field) for name, route in ROUTES.items() for field in route.fields()]
# Each try of these costs a password hash or an estimate of a password: one string in five.
COSTLY = {("createUser", "password"), ("changePassword", "current_password"),
          ("changePassword", "new_password"), ("deleteUser", "password"),
          ("reauthenticate", "password")}
HEADERS = ("Authorization", "X-Koms-ClientId", "Origin", "Content-Type")


@pytest.mark.parametrize(("function", "model", "field"), PLACES)
def test_naughty_text_in_a_field_does_no_harm(
        function: str, model: str, field: str, cloud: Cloud, clock: Clock,
        capsys: pytest.CaptureFixture[str]) -> None:
    """On a stage that sends mail, too: never a 5xx, and the text is in no log line."""
    app = _app_with_mail(cloud, clock)
    route = ROUTES[function, model]
    good = {name: GOOD[name] for name in route.fields()} | OF_ONE.get(model, {})
    if model == "FreshProof":
        # It has one of its fields, and not both.
        good = {}
    access_token = app.sign_in().pair.access_token
    principal = app.authorize(access_token)["context"]
    for text in vectors.load(STRINGS)[::5 if (function, field) in COSTLY else 1]:
        event = proxy_event(route.method, route.path, headers=app.headers(access_token),
                            body={**good, field: text}, principal=principal)

        answer = send(route.handler, event, app.services)

        assert answer.status < 500, text
        _assert_silent(text, capsys)


def _app_with_mail(cloud: Cloud, clock: Clock) -> Application:
    """Return an application of a stage that sends mail; Ada has signed up."""
    app = Application(with_mail(
        cloud.services(clock, source_failures=100_000, source_sign_ups=100_000,
                       mails_per_source=100_000, mails_per_hour=100_000, **MAIL), Outbox()))
    assert app.sign_up().status == 201
    return app


@pytest.mark.parametrize("name", HEADERS)
def test_naughty_text_in_a_header_does_no_harm(
        name: str, app: Application, pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither at a refresh and a sign-out, nor at the authorizers."""
    def headers(text: str) -> dict[str, str]:
        return {spelt: value for spelt, value in app.headers(pair.access_token).items()
                if spelt.lower() != name.lower()} | {name: text}

    for text in vectors.load(STRINGS):
        for handler, method, body in ((refresh_session.handler, "PUT", {"refresh_token": "x"}),
                                      (delete_session.handler, "DELETE", None)):
            event = proxy_event(method, "/session", headers=headers(text), body=body,
                                principal=app.principal)
            assert send(handler, event, app.services).status < 500, text
        for authorizes in (authorizer.handler, client_id_authorizer.handler):
            for event_of in (authorizer_event, http_authorizer_event):
                _let_in_or_refuse(authorizes, event_of("GET", "/x", headers=headers(text)), app)
        _assert_silent(text, capsys)


def test_a_naughty_device_can_sign_in(
        app: Application, pair: Pair, clock: Clock,
        capsys: pytest.CaptureFixture[str]) -> None:
    """Its User-Agent is stored with the session, and listed."""
    capsys.readouterr()
    for text in vectors.load(STRINGS)[::5]:
        clock.advance(1)
        event = proxy_event("POST", "/session", headers=app.headers(), body=SIGN_IN,
                            principal=app.principal)
        event["requestContext"]["identity"]["userAgent"] = text
        signed_in = send(create_session.handler, event, app.services)
        principal = app.authorize(signed_in.pair.access_token)["context"]
        listed = send(list_sessions.handler, proxy_event(
            "GET", "/sessions", headers=app.headers(), principal=principal), app.services)

        assert (signed_in.status, listed.status) == (201, 200), text
        assert text[:8] in [session["device"][:8] for session in listed.body["sessions"]]
        _assert_silent(text, capsys)


def test_naughty_text_in_a_path_or_a_query_does_no_harm(
        app: Application, pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    """As the id of a session to end, and as what else to end."""
    principal = app.authorize(pair.access_token)["context"]
    for text in vectors.load(STRINGS):
        for handler, path in ((delete_session_by_id.handler, "/sessions/{id}"),
                              (delete_sessions.handler, "/sessions")):
            event = proxy_event("DELETE", path, headers=app.headers(pair.access_token),
                                principal=principal)
            event |= {"pathParameters": {"id": text}, "queryStringParameters": {"include": text}}
            assert send(handler, event, app.services).status < 500, text
        _assert_silent(text, capsys)


def _let_in_or_refuse(authorizes: Handler, event: Event, app: Application) -> None:
    try:
        authorizes(event, None, app.services)
    except Exception as refusal:
        assert str(refusal) == "Unauthorized", event["headers"]


def _assert_silent(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Hold the log lines printed since the last call against `text`.

    What is shorter than nine characters may stand in a line by chance.
    """
    printed = capsys.readouterr().out
    if len(text) > 8:
        assert text not in printed and json.dumps(text)[1:-1] not in printed, text
