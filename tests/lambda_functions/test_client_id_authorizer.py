"""The authorizer of the routes that need a client only."""

import pytest

from lambda_functions import client_id_authorizer
from shared.stores.clients import DynamoClientStore
from shared.stores.table import Table
from shared.wiring.services import Services
from tests.support.application import Application
from tests.support.events import authorizer_event
from tests.support.heavy import SDK
from tests.support.wire import Wire

LOADS = SDK


def test_an_enabled_client_is_let_in(app: Application) -> None:
    policy = app.authorize_client()

    assert policy["principalId"] == "web-app"
    assert policy["context"] == {"client_id": "web-app", "must_prove": 0}


@pytest.mark.parametrize("client_id", ["phone-app", "WEB-APP", "web-app ", "a b", "w" * 65,
                                       "web-app\r\nX: y", "\u00e9", ""])
def test_anybody_else_is_not(client_id: str, app: Application, services: Services) -> None:
    event = authorizer_event("POST", "/user", headers={"x-koms-clientid": client_id})

    with pytest.raises(Exception, match="^Unauthorized$"):
        client_id_authorizer.handler(event, None, services)


def test_a_missing_client_id_is_not_let_in(services: Services) -> None:
    with pytest.raises(Exception, match="^Unauthorized$"):
        client_id_authorizer.handler(authorizer_event("POST", "/user"), None, services)


def test_a_disabled_client_is_not_let_in(app: Application, services: Services) -> None:
    DynamoClientStore(Table(services.dynamodb, "clients")).set_enabled("web-app", False)

    with pytest.raises(Exception, match="^Unauthorized$"):
        app.authorize_client()


def test_a_store_that_is_down_is_not_called_unauthorized(app: Application, wire: Wire) -> None:
    wire.cut("GetItem")

    with pytest.raises(Exception, match="unavailable"):
        app.authorize_client()
