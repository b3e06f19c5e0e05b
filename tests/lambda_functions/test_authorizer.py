"""The authorizer of the routes that need an access token."""

from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import authorizer
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table
from shared.wiring.services import Services
from tests.docs.pages import page, rows, sections
from tests.support.application import Application, Pair
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.events import authorizer_event, http_authorizer_event
from tests.support.forgery import with_another_signature
from tests.support.heavy import SDK, TOKENS
from tests.support.possession import Prover
from tests.support.wire import Wire

LOADS = SDK | TOKENS
AuditLines = Callable[[], list[dict[str, Any]]]


def refused(app: Application, token: str) -> bool:
    """Whether the token is refused the way that API Gateway answers 401."""
    try:
        app.authorize(token)
    except Exception as error:
        return str(error) == "Unauthorized"
    return False


def test_a_good_token_tells_whose_it_is(app: Application, cloud: Cloud, pair: Pair) -> None:
    policy = app.authorize(pair.access_token)

    session = cloud.item("sessions")
    assert policy["principalId"] == session["UserId"]
    assert policy["context"] == {
        "client_id": "web-app", "user_id": session["UserId"],
        "session_id": session["SessionId"], "access_expires_at": NOW + 3600,
        "auth_time": NOW, "amr": "pwd", "acr": "aal1", "roles": ""}


def test_an_http_api_learns_the_same(app: Application, services: Services, pair: Pair) -> None:
    event = http_authorizer_event("GET", "/orders", headers={
        "X-Koms-ClientId": "web-app", "Authorization": f"Bearer {pair.access_token}"})

    answer = authorizer.handler(event, None, services)

    assert answer == {"isAuthorized": True, "context": app.authorize(pair.access_token)["context"]}


def test_the_page_for_other_teams_lists_what_they_learn(
        app: Application, pair: Pair, cloud: Cloud, clock: Clock) -> None:
    """The most that there is to learn: of a bound session, where a second factor is required."""
    table = rows(sections(page("docs/protect-your-api.md"))["What your function learns"])
    listed = {name: meaning for name, _, meaning in table if name not in ("Name", "---")}
    bound = Application(cloud.services(clock, require_second_factor=True), prover=Prover())
    learnt = bound.authorize(bound.sign_in().pair.access_token)["context"].keys()

    assert listed.keys() == learnt
    assert {name for name, meaning in listed.items() if meaning.startswith("of a ")
            } == learnt - app.authorize(pair.access_token)["context"].keys()


def test_an_http_api_refuses_an_ended_session_at_once(app: Application, services: Services,
                                                      pair: Pair) -> None:
    event = http_authorizer_event("GET", "/orders", headers={
        "x-koms-clientid": "web-app", "authorization": f"Bearer {pair.access_token}"})
    assert authorizer.handler(event, None, services)["isAuthorized"] is True
    app.sign_out(pair.access_token)

    assert authorizer.handler(event, None, services) == {"isAuthorized": False}


def test_what_a_session_says_of_its_user_counts_and_not_what_the_token_says(
        app: Application, cloud: Cloud, pair: Pair) -> None:
    """So that a role that was revoked is gone at once."""
    cloud.change("sessions", auth_time=NOW + 9, amr="pwd otp", acr="aal2", roles="admin billing")

    context = app.authorize(pair.access_token)["context"]

    assert {name: context[name] for name in ("auth_time", "amr", "acr", "roles")} == {
        "auth_time": NOW + 9, "amr": "pwd otp", "acr": "aal2", "roles": "admin billing"}


def test_a_token_is_good_to_its_last_second(app: Application, clock: Clock, pair: Pair) -> None:
    clock.advance(3599)
    assert not refused(app, pair.access_token)
    clock.advance(1)
    assert refused(app, pair.access_token)


def test_a_good_token_costs_one_read_once_it_is_known(app: Application, wire: Wire,
                                                      pair: Pair) -> None:
    app.authorize(pair.access_token)
    wire.sent.clear()

    app.authorize(pair.access_token)

    assert wire.sent == ["GetItem"], "of the session; the client is remembered"


@pytest.mark.parametrize("headers", [
    {}, {"x-koms-clientid": "web-app"}, {"x-koms-clientid": "web-app", "Authorization": ""},
    {"x-koms-clientid": "web-app", "Authorization": "Basic d2ViOmFwcA=="},
    {"x-koms-clientid": "web-app", "Authorization": "Bearer x.y.z"}])
def test_without_a_token_nobody_is_let_in(headers: dict[str, str], services: Services) -> None:
    with pytest.raises(Exception, match="^Unauthorized$"):
        authorizer.handler(authorizer_event("GET", "/user", headers=headers), None, services)


def test_without_a_client_id_nobody_is_let_in(services: Services, pair: Pair) -> None:
    event = authorizer_event("GET", "/user", headers={
        "Authorization": f"Bearer {pair.access_token}"})

    with pytest.raises(Exception, match="^Unauthorized$"):
        authorizer.handler(event, None, services)


def test_a_token_of_another_client_is_refused(services: Services, pair: Pair) -> None:
    assert refused(Application(services, "phone-app"), pair.access_token)


def test_a_refresh_token_is_refused(app: Application, pair: Pair) -> None:
    assert refused(app, pair.refresh_token)


def test_a_forged_token_costs_no_request_of_the_tables(app: Application, wire: Wire,
                                                       pair: Pair) -> None:
    wire.sent.clear()

    assert refused(app, with_another_signature(pair.access_token))

    assert wire.sent_to_tables() == []


def test_a_disabled_client_is_refused_within_five_minutes(app: Application, services: Services,
                                                          clock: Clock, pair: Pair) -> None:
    app.authorize(pair.access_token)
    DynamoClientStore(Table(services.dynamodb, "clients")).set_enabled("web-app", False)

    clock.advance(299)
    assert not refused(app, pair.access_token)
    clock.advance(1)
    assert refused(app, pair.access_token)


def test_an_ended_session_is_refused_at_once(app: Application, pair: Pair) -> None:
    assert not refused(app, pair.access_token)
    app.sign_out(pair.access_token)

    assert refused(app, pair.access_token)


def test_the_first_use_is_noted(app: Application, clock: Clock, cloud: Cloud,
                                pair: Pair) -> None:
    clock.advance(7)
    app.authorize(pair.access_token)

    assert cloud.item("sessions")["acknowledged_at"] == NOW + 7


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem"])
def test_a_store_that_is_down_is_not_called_unauthorized(operation: str, app: Application,
                                                         wire: Wire, pair: Pair,
                                                         audit_lines: AuditLines) -> None:
    audit_lines()
    wire.cut(operation)

    assert not refused(app, pair.access_token)
    [line] = audit_lines()
    assert (line["status"], line["name"]) == (503, "unavailable")


def test_a_refusal_is_logged_with_its_reason(app: Application, pair: Pair,
                                             audit_lines: AuditLines) -> None:
    audit_lines()

    refused(app, pair.refresh_token)

    [line] = audit_lines()
    assert (line["status"], line["event"], line["name"], line["reason"]) == (
        401, "authz_fail", "unauthorized", "the token is of another type")


def test_each_answer_is_one_line_without_the_token(app: Application, pair: Pair,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    app.authorize(pair.access_token)
    refused(app, pair.refresh_token)

    printed = capsys.readouterr().out
    assert printed.count("\n") == 2
    assert not any(part in printed for part in pair.access_token.split("."))
    assert not any(part in printed for part in pair.refresh_token.split(".")[1:])
