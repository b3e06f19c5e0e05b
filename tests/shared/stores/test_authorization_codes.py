"""Codes in the attempts table: each is taken once, and by nobody for whom it was not made."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.errors import InvalidAuthorizationCode, Unavailable
from shared.sessions.state import proven_by
from shared.sign_in.authorization_codes import AuthorizationCode, Grant
from shared.stores.authorization_codes import DynamoCodeStore
from shared.stores.failures import ConditionFailed
from shared.stores.table import Table
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.wire import Wire, break_off

DIGEST = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
GRANT = Grant("web-app", "https://app.example.org/callback", "x" * 43)
CODE = AuthorizationCode("ada", "s-1", GRANT, proven_by("pwd", "otp"), auth_time=NOW - 9,
                         ends_at=NOW + 1000, password_version=3, factors_id="f-1",
                         expires_at=NOW + 60)


@pytest.fixture
def store(cloud: Cloud) -> DynamoCodeStore:
    return DynamoCodeStore(Table(cloud.dynamodb, "attempts"))


@pytest.mark.parametrize("code", [CODE, replace(CODE, factors_id="", proven=proven_by("pwd"))])
def test_a_code_is_taken_as_it_was_put(code: AuthorizationCode, store: DynamoCodeStore) -> None:
    store.put(DIGEST, code)

    assert store.take(DIGEST, GRANT, NOW + 59) == code


def test_a_code_is_taken_once(store: DynamoCodeStore) -> None:
    store.put(DIGEST, CODE)
    store.take(DIGEST, GRANT, NOW)

    for _ in range(2):
        with pytest.raises(InvalidAuthorizationCode, match="used before"):
            store.take(DIGEST, GRANT, NOW)


@pytest.mark.parametrize(("grant", "now", "reason"), [
    (GRANT._replace(client_id="other"), NOW, "client_id"),
    (GRANT._replace(redirect_uri=GRANT.redirect_uri + "/"), NOW, "redirect_uri"),
    (GRANT._replace(challenge="y" * 43), NOW, "challenge"), (GRANT, NOW + 60, "expired")])
def test_what_does_not_fit_takes_nothing(grant: Grant, now: int, reason: str,
                                         store: DynamoCodeStore) -> None:
    store.put(DIGEST, CODE)

    with pytest.raises(InvalidAuthorizationCode, match=reason):
        store.take(DIGEST, grant, now)

    assert store.take(DIGEST, GRANT, NOW) == CODE


def test_an_unknown_code_leaves_nothing_behind(store: DynamoCodeStore, cloud: Cloud) -> None:
    with pytest.raises(InvalidAuthorizationCode, match="unknown"):
        store.take(DIGEST, GRANT, NOW)

    assert cloud.items("attempts") == []


def test_what_was_counted_under_another_name_is_no_code(store: DynamoCodeStore, cloud: Cloud
                                                        ) -> None:
    """The table has other items, too."""
    cloud.fill("attempts", [{"Subject": DIGEST, "count": 1, "expires_at": NOW + 60}])

    with pytest.raises(InvalidAuthorizationCode, match="unknown"):
        store.take(DIGEST, GRANT, NOW)


def test_a_take_whose_answer_was_lost_is_recognised(store: DynamoCodeStore, wire: Wire) -> None:
    store.put(DIGEST, CODE)
    wire.lose_answers("UpdateItem", 2)

    assert store.take(DIGEST, GRANT, NOW) == CODE
    with pytest.raises(InvalidAuthorizationCode):
        store.take(DIGEST, GRANT, NOW)


def test_a_retry_does_not_take_anothers_for_its_own(store: DynamoCodeStore, wire: Wire) -> None:
    store.put(DIGEST, CODE)
    taken: list[AuthorizationCode] = []

    def take() -> None:
        taken.append(store.take(DIGEST, GRANT, NOW))

    wire.before("UpdateItem", break_off, take)

    with pytest.raises(InvalidAuthorizationCode):
        store.take(DIGEST, GRANT, NOW)
    assert taken == [CODE]


def test_a_put_whose_answer_was_lost_is_recognised(store: DynamoCodeStore, wire: Wire) -> None:
    wire.lose_answers("PutItem")

    store.put(DIGEST, CODE)

    assert store.take(DIGEST, GRANT, NOW) == CODE


def test_no_code_takes_the_place_of_another(store: DynamoCodeStore) -> None:
    store.put(DIGEST, CODE)

    with pytest.raises(ConditionFailed):
        store.put(DIGEST, replace(CODE, user_id="bob"))


@pytest.mark.parametrize("ask", [lambda store: store.put(DIGEST, CODE),
                                 lambda store: store.take(DIGEST, GRANT, NOW)])
def test_a_store_that_is_down_is_told(ask: Callable[[DynamoCodeStore], object],
                                      store: DynamoCodeStore, wire: Wire) -> None:
    wire.cut("PutItem", "UpdateItem")

    with pytest.raises(Unavailable):
        ask(store)
