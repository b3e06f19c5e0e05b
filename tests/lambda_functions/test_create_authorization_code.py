"""POST /authorization-codes: gives the account pages a code for an application."""

from collections.abc import Callable
from typing import Any

import pytest

from lambda_functions import create_authorization_code
from shared.clients import ACCOUNT_PAGES
from shared.wiring.services import Services
from tests.dynamodb_local.handlers_alone import HandlersAlone
from tests.support.account_owner import CHALLENGE, REDIRECT_URI, VERIFIER, Owner
from tests.support.application import API, CLIENT_ID, PASSWORD, Pair, send
from tests.support.clock import NOW, Clock
from tests.support.cloud import Cloud
from tests.support.events import proxy_event
from tests.support.heavy import BODIES, SDK
from tests.support.mail import MAIL, Outbox, with_mail
from tests.support.possession import Prover
from tests.support.wire import Wire

LOADS = SDK | BODIES
OTHER_APP = "other-app"


def stored(cloud: Cloud) -> dict[str, Any]:
    """Return the item of the only code."""
    [item] = [item for item in cloud.items("attempts") if item["Subject"].startswith("code ")]
    return item


def alone(pages: Owner) -> HandlersAlone:
    """The pages, for whose requests the authorizer has vouched before something happens."""
    return HandlersAlone(pages.services, ACCOUNT_PAGES, pages.prover)


def test_a_code_is_random_and_good_for_a_minute(pages: Owner, at_pages: Pair) -> None:
    answers = [pages.authorization_code(at_pages.access_token) for _ in range(2)]

    assert [answer.status for answer in answers] == [201, 201]
    assert {answer.body["code_expires_in"] for answer in answers} == {60}
    codes = {answer.body["code"] for answer in answers}
    assert len(codes) == 2 and {len(code) for code in codes} == {43}


def test_what_it_stands_for_is_kept_under_its_hash(
        pages: Owner, at_pages: Pair, code: str, cloud: Cloud) -> None:
    session, item = cloud.item("sessions"), stored(cloud)

    assert code not in str(item)
    assert len(item.pop("Subject")) == len("code ") + 43
    assert item == {
        "client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "challenge": CHALLENGE,
        "user_id": session["UserId"], "session_id": session["SessionId"], "amr": "pwd",
        "acr": "aal1", "auth_time": NOW, "ends_at": session["ends_at"], "password_version": 0,
        "factors_id": "", "expires_at": NOW + 120}


def test_the_session_has_to_be_of_the_account_pages(owner: Owner, pages: Owner) -> None:
    bound = Owner(owner.services, OTHER_APP, Prover())

    answer = bound.authorization_code(bound.sign_in().pair.access_token)

    assert answer.outcome == (401, "unauthorized")


def test_the_session_has_to_be_bound_to_a_key(pages: Owner, cloud: Cloud) -> None:
    """Whoever had a copy of its access token would get a whole session for that."""
    bearer = Owner(pages.services, ACCOUNT_PAGES)

    answer = bearer.authorization_code(bearer.sign_in().pair.access_token)

    assert answer.outcome == (401, "invalid_dpop_proof")
    assert [item for item in cloud.items("attempts") if item["Subject"].startswith("code ")] == []


def test_a_copy_of_a_bound_token_gets_no_code(pages: Owner, at_pages: Pair) -> None:
    thief = Owner(pages.services, ACCOUNT_PAGES, Prover())

    with pytest.raises(Exception, match="Unauthorized"):
        thief.authorization_code(at_pages.access_token)


@pytest.mark.parametrize(("client_id", "redirect_uri"), [
    ("unknown-app", REDIRECT_URI), ("#", REDIRECT_URI), ("w" * 65, REDIRECT_URI),
    (OTHER_APP, REDIRECT_URI), (ACCOUNT_PAGES, REDIRECT_URI),
    *((CLIENT_ID, uri) for uri in (
        "https://evil.example/callback", REDIRECT_URI + "/", REDIRECT_URI + "?x=1",
        REDIRECT_URI + "#", REDIRECT_URI.upper(), REDIRECT_URI[:-1], REDIRECT_URI + " ",
        "https://app.example.org:443/callback", "https://app.example.org/./callback",
        f"{REDIRECT_URI} https://app.example.org/2", "javascript:alert(1)"))])
def test_a_code_is_only_for_an_address_that_its_client_has_registered(
        client_id: str, redirect_uri: str, pages: Owner, at_pages: Pair, cloud: Cloud) -> None:
    """To the letter; and nobody is led there to be told."""
    Owner(pages.services, OTHER_APP)
    pages.services.client_store.set_redirect_uris(ACCOUNT_PAGES, (REDIRECT_URI,))

    answer = pages.authorization_code(at_pages.access_token, client_id, redirect_uri)

    assert answer.outcome == (400, "invalid_redirect_uri")
    assert [item for item in cloud.items("attempts") if item["Subject"].startswith("code ")] == []


def test_a_disabled_client_gets_none(pages: Owner, at_pages: Pair) -> None:
    pages.services.client_store.set_enabled(CLIENT_ID, False)

    answer = pages.authorization_code(at_pages.access_token)

    assert answer.outcome == (400, "invalid_redirect_uri")


@pytest.mark.parametrize("body", [
    {"code_challenge": CHALLENGE[:-1]}, {"code_challenge": CHALLENGE + "A"},
    {"code_challenge": CHALLENGE[:-1] + "="}, {"code_challenge": CHALLENGE[:-1] + "+"},
    {"code_challenge": CHALLENGE + "\n"}, {"code_challenge": ""}, {"code_challenge": None},
    {"code_challenge_method": "plain"}, {"code_challenge_method": "s256"},
    {"code_challenge_method": None}, {"client_id": ""}, {"redirect_uri": ""},
    {"redirect_uri": [REDIRECT_URI]}, {"state": "x"}])
def test_what_is_asked_for_is_read_strictly(body: dict[str, object], pages: Owner, at_pages: Pair
                                            ) -> None:
    right = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "code_challenge": CHALLENGE,
             "code_challenge_method": "S256"}

    answer = pages.with_token(create_authorization_code.handler, "POST", "/authorization-codes",
                              at_pages.access_token, right | body)

    assert answer.outcome == (400, "invalid_request")


@pytest.mark.parametrize("missing", ["client_id", "redirect_uri", "code_challenge",
                                     "code_challenge_method"])
def test_nothing_may_be_left_out(missing: str, pages: Owner, at_pages: Pair) -> None:
    """The method least of all: without it, a challenge would be the verifier itself."""
    body = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "code_challenge": CHALLENGE,
            "code_challenge_method": "S256"}
    del body[missing]

    answer = pages.with_token(create_authorization_code.handler, "POST", "/authorization-codes",
                              at_pages.access_token, body)

    assert answer.outcome == (400, "invalid_request")
    assert [fault["field"] for fault in answer.body["fields"]] == [missing]


def test_a_session_that_ends_meanwhile_gives_none(pages: Owner, at_pages: Pair, cloud: Cloud
                                                  ) -> None:
    cloud.drop("sessions")

    answer = alone(pages).authorization_code(at_pages.access_token)

    assert answer.outcome == (401, "unauthorized")


def test_an_account_that_is_gone_gives_none(pages: Owner, at_pages: Pair, cloud: Cloud) -> None:
    cloud.drop("users")

    assert pages.authorization_code(at_pages.access_token).outcome == (401, "unauthorized")


def test_a_session_from_before_a_change_of_the_password_gives_none(
        pages: Owner, at_pages: Pair, cloud: Cloud) -> None:
    """It is the one that has changed it, and ends last."""
    cloud.change("identities", password_version=1, password_changed_at=NOW + 30)

    answer = pages.authorization_code(at_pages.access_token)

    assert answer.outcome == (401, "unauthorized")


def test_a_session_from_the_second_of_the_change_gives_one(pages: Owner, at_pages: Pair,
                                                           clock: Clock) -> None:
    newer = pages.change_password(at_pages.access_token).pair

    assert pages.authorization_code(newer.access_token).status == 201


def test_whoever_has_a_second_factor_must_have_shown_it(
        pages: Owner, at_pages: Pair, cloud: Cloud) -> None:
    """A session of a password alone is there only while the first factor is being added."""
    pages.enrol(at_pages.access_token)
    cloud.change("sessions", amr="pwd", acr="aal1")

    answer = pages.authorization_code(at_pages.access_token)

    assert answer.outcome == (401, "reauthentication_required")
    assert answer.body["kinds"] == ["totp", "recovery_code"]


def test_whoever_has_shown_one_gets_a_code(pages: Owner, at_pages: Pair, clock: Clock,
                                           cloud: Cloud) -> None:
    pages.enrol(at_pages.access_token)
    clock.advance(10)

    assert pages.authorization_code(at_pages.access_token).status == 201
    assert (stored(cloud)["amr"], stored(cloud)["acr"]) == ("pwd otp", "aal2")
    assert stored(cloud)["factors_id"] == cloud.item("identities")["second_factor"]


def test_whoever_has_to_enrol_a_factor_first_gets_none(
        cloud: Cloud, clock: Clock, outbox: Outbox) -> None:
    services = with_mail(cloud.services(clock, token_issuer=API, require_second_factor=True,
                                        enrolment_grace_seconds=60, **MAIL), outbox)
    pages = Owner(services, ACCOUNT_PAGES, Prover())
    pages.sign_up()
    pair = pages.sign_in().pair
    clock.advance(60)

    answer = pages.authorization_code(pair.access_token)

    assert answer.outcome == (401, "enrolment_required")


def test_a_code_is_good_for_no_longer_than_the_session_lives(
        pages: Owner, at_pages: Pair, cloud: Cloud, clock: Clock) -> None:
    cloud.change("sessions", ends_at=clock.now + 10)

    answer = pages.authorization_code(at_pages.access_token)

    assert (answer.status, answer.body["code_expires_in"]) == (201, 10)
    assert stored(cloud)["expires_at"] == clock.now + 10


def test_a_code_whose_storing_was_answered_late_works(
        pages: Owner, owner: Owner, at_pages: Pair, wire: Wire) -> None:
    wire.lose_answers("PutItem")

    code = pages.authorization_code(at_pages.access_token).body["code"]

    assert owner.code_session(code).status == 201


def test_a_stage_that_caches_the_authorizer_gives_none(
        cloud: Cloud, clock: Clock) -> None:
    """It binds no session to a key."""
    caching = Owner(cloud.services(clock, authorizer_cache_seconds=300), ACCOUNT_PAGES, Prover())
    caching.sign_up()
    pair = caching.sign_in().pair
    caching.prover = None

    answer = caching.authorization_code(pair.access_token)

    assert answer.outcome == (401, "invalid_dpop_proof")


def test_the_proof_is_for_this_request(pages: Owner, at_pages: Pair) -> None:
    """A request that was captured is good for the minute of its proof; what it gets is of use only
    to whoever has the verifier."""
    headers = pages.headers(at_pages.access_token, "POST", "/authorization-codes")
    principal = pages.principal_of("POST", "/authorization-codes", headers)
    other = pages.headers(at_pages.access_token, "POST", "/authorization-codes")
    event = proxy_event("POST", "/authorization-codes", headers=other, body={},
                        principal=principal)

    answer = send(create_authorization_code.handler, event, pages.services)

    assert answer.outcome == (401, "invalid_dpop_proof")


def test_the_line_says_for_which_client_and_nothing_secret(
        pages: Owner, at_pages: Pair, cloud: Cloud,
        audit_lines: Callable[[], list[dict[str, Any]]]) -> None:
    audit_lines()

    code = pages.authorization_code(at_pages.access_token).body["code"]

    line, session = audit_lines()[-1], cloud.item("sessions")
    assert (line["event"], line["client_id"], line["audience"]) == (
        "authn_token_created", ACCOUNT_PAGES, CLIENT_ID)
    assert (line["user_id"], line["session_id"]) == (session["UserId"], session["SessionId"])
    for secret in (code, VERIFIER, CHALLENGE, REDIRECT_URI, PASSWORD):
        assert secret not in str(line)


def test_no_secret_is_fetched_for_it(pages: Owner, at_pages: Pair, cloud: Cloud, clock: Clock,
                                     wire: Wire) -> None:
    services: Services = cloud.services(clock)
    app = HandlersAlone(services, ACCOUNT_PAGES, pages.prover)
    wire.sent.clear()

    assert app.authorization_code(at_pages.access_token).status == 201
    assert wire.sent == ["GetItem"] * 4 + ["PutItem"]
