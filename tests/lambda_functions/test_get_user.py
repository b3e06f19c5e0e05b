"""GET /user"""

import pytest

from tests.support.application import EMAIL, Application, Pair
from tests.support.cloud import Cloud
from tests.support.heavy import SDK
from tests.support.wire import Wire

LOADS = SDK


def test_the_caller_sees_the_own_account(app: Application, cloud: Cloud, pair: Pair) -> None:
    answer = app.account(pair.access_token)

    assert answer.status == 200
    assert answer.body == {"id": cloud.item("users")["UserId"], "email": EMAIL, "roles": []}


def test_the_caller_sees_the_own_roles(app: Application, cloud: Cloud, pair: Pair) -> None:
    """As the account has them, which may be ahead of the token."""
    cloud.change("users", roles="analyst billing:read")

    assert app.account(pair.access_token).body["roles"] == ["analyst", "billing:read"]


def test_an_account_that_is_gone_is_unauthorized(app: Application, cloud: Cloud,
                                                 pair: Pair) -> None:
    cloud.drop("users")

    assert app.account(pair.access_token).outcome == (401, "unauthorized")


def test_a_store_that_is_down_is_503(app: Application, wire: Wire, pair: Pair) -> None:
    wire.refuse("GetItem", "ThrottlingException")

    with pytest.raises(Exception, match="unavailable"):
        app.account(pair.access_token)
