"""Sessions that are bound to a key (RFC 9449), over every route that opens, uses or ends one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest

from lambda_functions import (authorizer, create_session, delete_session, get_session,
                              refresh_session)
from shared.tokens.mail_tokens import MailClaims, Purpose
from shared.wiring.services import Services
from tests.support.account_owner import NEW_EMAIL, Owner
from tests.support.application import API, PASSWORD, Answer, Application, Pair, send
from tests.support.clock import Clock
from tests.support.cloud import Cloud
from tests.support.events import authorizer_event, http_authorizer_event, proxy_event, sent_twice
from tests.support.possession import Prover
from tests.support.wire import Wire

AuditLines = Callable[[], list[dict[str, Any]]]
STALE = 3540
BEARER_CHALLENGE = 'Bearer, DPoP error="invalid_token", algs="ES256"'
PROOF_CHALLENGE = 'DPoP error="invalid_dpop_proof", algs="ES256"'


@pytest.fixture
def bound(mailing: Services) -> Owner:
    """Ada has signed up with an application that proves the possession of a key."""
    bound = Owner(mailing, prover=Prover())
    bound.sign_up()
    return bound


@pytest.fixture
def thief(bound: Owner, mailing: Services) -> Owner:
    """Somebody who can have copies of her tokens, and has a key of his own."""
    return Owner(mailing, prover=Prover())


@pytest.fixture
def bearer(bound: Owner, mailing: Services) -> Owner:
    """Somebody who sends tokens without a proof."""
    return Owner(mailing)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def is_denied(policy: dict[str, Any]) -> bool:
    """Whether API Gateway answers ACCESS_DENIED."""
    [statement] = policy["policyDocument"]["Statement"]
    return bool(statement["Effect"] == "Deny" and policy["context"] == {})


def test_a_proof_binds_the_session_to_its_key(bound: Owner, cloud: Cloud) -> None:
    answer = bound.sign_in()

    assert bound.prover
    assert answer.status == 201
    assert answer.body["token_type"] == "DPoP"
    assert claims(answer.pair.access_token)["cnf"] == {"jkt": bound.prover.thumbprint}
    assert "cnf" not in claims(answer.pair.refresh_token)
    assert cloud.item("sessions")["jkt"] == bound.prover.thumbprint


def test_without_a_proof_a_session_is_a_bearers(bearer: Owner, cloud: Cloud) -> None:
    answer = bearer.sign_in()

    assert answer.body["token_type"] == "Bearer"
    assert "cnf" not in claims(answer.pair.access_token)
    assert not {"jkt", "proof"} & cloud.item("sessions").keys()


def test_a_bad_proof_at_sign_in_is_refused_before_anything_is_looked_up(
        bound: Owner, clock: Clock, wire: Wire) -> None:
    assert bound.prover
    wire.sent.clear()
    event = proxy_event(
        "POST", "/session", principal=bound.principal,
        headers=bound.headers() | {"dpop": bound.prover.proof("PUT", f"{API}/session", clock.now)},
        body={"account_type": "traditional", "email": "a@b.example", "password": "p"})
    answer = send(create_session.handler, event, bound.services)

    assert answer.outcome == (401, "invalid_dpop_proof")
    assert answer.headers["WWW-Authenticate"] == PROOF_CHALLENGE
    assert wire.sent == []


def test_the_holder_of_the_key_uses_refreshes_and_ends_the_session(
        bound: Owner, clock: Clock, cloud: Cloud) -> None:
    pair = bound.sign_in().pair
    assert bound.session(pair.access_token).status == 200
    clock.advance(STALE)

    answer = bound.refresh(pair)

    assert (answer.status, answer.body["token_type"]) == (200, "DPoP")
    assert bound.prover
    renewed = claims(answer.pair.access_token)
    assert (renewed["gen"], renewed["cnf"]) == (1, {"jkt": bound.prover.thumbprint})
    assert bound.session(answer.pair.access_token).status == 200
    assert bound.sign_out(answer.pair.access_token).status == 200
    assert cloud.items("sessions") == []


def test_copies_of_the_tokens_are_useless(bound: Owner, thief: Owner, bearer: Owner,
                                          clock: Clock) -> None:
    pair = bound.sign_in().pair
    for _ in range(2):
        for other in (thief, bearer):
            answers = [other.refresh(pair), other.sign_out(pair.access_token)]
            assert [answer.outcome for answer in answers] == [(401, "unauthorized")] * 2
            assert {answer.headers["WWW-Authenticate"] for answer in answers} == {BEARER_CHALLENGE}
            assert not other.is_let_in(pair.access_token)
        clock.advance(STALE)
    assert bound.refresh(pair).status == 200


def test_a_bearers_token_is_not_taken_with_a_proof(bearer: Owner, thief: Owner) -> None:
    pair = bearer.sign_in().pair

    assert thief.refresh(pair).outcome == (401, "unauthorized")
    assert not thief.is_let_in(pair.access_token)
    assert bearer.is_let_in(pair.access_token)


def test_a_bound_token_without_a_proof_is_refused_for_that(bound: Owner, clock: Clock) -> None:
    pair = bound.sign_in().pair
    headers = bound.headers(pair.access_token)
    del headers["dpop"]

    assert is_denied(bound.authorize_request("GET", "/session", headers))


def test_what_a_proof_is_for_counts_at_the_authorizer(bound: Owner, clock: Clock) -> None:
    pair = bound.sign_in().pair
    headers = bound.headers(pair.access_token, "GET", "/session")

    assert not is_denied(bound.authorize_request("GET", "/session", headers))
    assert is_denied(bound.authorize_request("DELETE", "/session", headers))
    assert is_denied(bound.authorize_request("GET", "/sessions", headers))
    clock.advance(60)
    assert not is_denied(bound.authorize_request("GET", "/session", headers))
    clock.advance(1)
    assert is_denied(bound.authorize_request("GET", "/session", headers))


def test_more_than_one_proof_is_refused(bound: Owner, services: Services) -> None:
    pair = bound.sign_in().pair
    headers = bound.headers(pair.access_token)
    event = sent_twice(authorizer_event("GET", "/session", headers=headers), "dpop",
                       headers["dpop"], headers["dpop"])

    assert is_denied(authorizer.handler(event, None, bound.services))


def test_the_address_is_the_one_that_the_client_used(bound: Owner, clock: Clock) -> None:
    """A domain of one's own stands for the stage, and has no stage in its paths."""
    pair = bound.sign_in().pair
    assert bound.prover
    proof = bound.prover.proof("GET", "https://API.example.org:443/session?x=1", clock.now,
                               pair.access_token)
    event = authorizer_event("GET", "/session",
                             headers=bound.headers(pair.access_token) | {"dpop": proof})

    assert is_denied(authorizer.handler(event, None, bound.services))
    event["requestContext"] |= {"domainName": "api.example.org", "path": "/session"}
    assert not is_denied(authorizer.handler(event, None, bound.services))


@pytest.mark.parametrize("path", ["/orders/7", "/v2/orders/7"])
def test_an_http_api_checks_proofs_for_its_own_address(path: str, bound: Owner, clock: Clock
                                                       ) -> None:
    pair, prover = bound.sign_in().pair, bound.prover
    assert prover
    domain = "e5d4c3b2a1.execute-api.us-west-2.amazonaws.com"

    def asked(address: str) -> dict[str, Any]:
        proof = prover.proof("GET", address, clock.now, pair.access_token)
        event = http_authorizer_event("GET", path, headers=bound.headers(pair.access_token)
                                      | {"dpop": proof, "Host": domain})
        return authorizer.handler(event, None, bound.services)

    assert asked(f"https://{domain}{path}")["isAuthorized"] is True
    assert asked(f"{API}{path}") == {"isAuthorized": False}


def test_on_stage_local_the_address_is_that_of_the_emulator(cloud: Cloud, clock: Clock) -> None:
    app = Application(cloud.services(clock, stage="local"), prover=Prover())
    app.sent |= {"Host": "127.0.0.1:4566"}
    app.address = "http://127.0.0.1:4566/_aws/execute-api/a1b2c3d4e5/dev"
    app.sign_up()

    assert app.session(app.sign_in().pair.access_token).status == 200
    app.address = API
    assert app.sign_in().outcome == (401, "invalid_dpop_proof")


def test_a_proof_of_a_refresh_is_used_once(bound: Owner, clock: Clock, cloud: Cloud) -> None:
    """Its first use rotates. Whoever sends the request again gets nothing, and ends nothing."""
    pair = bound.sign_in().pair
    bound.authorize(pair.access_token)
    clock.advance(STALE)
    event = captured_refresh(bound, pair)

    assert refresh_by(event, bound).status == 200
    assert refresh_by(event, bound).outcome == (401, "invalid_dpop_proof")
    assert cloud.item("sessions")["generation"] == 1


def test_a_captured_refresh_ends_nothing_once_its_token_is_spent(
        bound: Owner, clock: Clock, cloud: Cloud) -> None:
    """Of two tabs that refresh at once, the second writes nothing, so its proof is not remembered;
    its token is spent while the proof is young."""
    pair = bound.sign_in().pair
    bound.authorize(pair.access_token)
    clock.advance(STALE)
    successor = bound.refresh(pair).pair
    bound.authorize(successor.access_token)
    event = captured_refresh(bound, pair)
    assert refresh_by(event, bound).pair.refresh_token == successor.refresh_token
    clock.advance(31)

    assert refresh_by(event, bound).outcome == (401, "invalid_dpop_proof")
    assert bound.refresh(successor).status == 200


def test_a_spent_token_with_a_proof_of_later_ends_the_session(
        bound: Owner, clock: Clock, cloud: Cloud, audit_lines: AuditLines) -> None:
    """Whoever has copied a browser's profile has the key too, and is found out like this."""
    pair = bound.sign_in().pair
    bound.authorize(pair.access_token)
    clock.advance(STALE)
    successor = bound.refresh(pair).pair
    bound.authorize(successor.access_token)

    clock.advance(91)
    assert bound.refresh(pair).outcome == (401, "invalid_dpop_proof"), "it may be a copy"
    clock.advance(1)
    assert bound.refresh(pair).outcome == (401, "session_ended")
    assert audit_lines()[-1]["event"] == "authn_token_reuse"
    assert cloud.items("sessions") == []


def test_a_sign_out_is_done_once(bound: Owner, cloud: Cloud) -> None:
    pair = bound.sign_in().pair
    event = proxy_event("DELETE", "/session", principal=bound.principal,
                        headers=bound.headers(pair.access_token, "DELETE", "/session"))

    assert send(delete_session.handler, event, bound.services).status == 200
    assert send(delete_session.handler, event, bound.services).outcome == (401, "session_ended")


def test_a_new_password_opens_a_session_of_the_same_key(bound: Owner, cloud: Cloud) -> None:
    pair = bound.sign_in().pair

    answer = bound.change_password(pair.access_token)

    assert bound.prover
    assert answer.body["token_type"] == "DPoP"
    assert cloud.item("sessions")["jkt"] == bound.prover.thumbprint
    assert bound.session(answer.pair.access_token).status == 200


def test_a_link_in_mail_opens_a_bound_session(bound: Owner, cloud: Cloud) -> None:
    [user] = cloud.items("users")
    link = bound.services.mail_tokens.mint(MailClaims(user["UserId"], 0), Purpose.VERIFY_EMAIL)

    answer = bound.verify(link)

    assert answer.body["token_type"] == "DPoP"
    assert bound.verify_signed_in(link, answer.pair.access_token).status == 200


def test_a_link_and_a_copied_token_verify_nothing(bound: Owner, thief: Owner, bearer: Owner,
                                                  cloud: Cloud) -> None:
    [user] = cloud.items("users")
    link = bound.services.mail_tokens.mint(MailClaims(user["UserId"], 0), Purpose.VERIFY_EMAIL)
    token = bound.sign_in().pair.access_token

    for other in (thief, bearer):
        assert other.verify_signed_in(link, token).outcome == (401, "unauthorized")


# An application that must prove possession.


@pytest.fixture
def strict(mailing: Services) -> Owner:
    strict = Owner(mailing, "strict-app", Prover(), must_prove=True)
    strict.sign_up()
    return strict


def as_bearer(owner: Owner) -> Owner:
    """The same application, before it was changed to prove possession, or now that it does not."""
    other = Owner(owner.services, owner.client_id)
    other.principal = owner.principal
    return other


def test_an_application_that_must_prove_signs_nobody_in_without(strict: Owner) -> None:
    assert as_bearer(strict).sign_in().outcome == (401, "invalid_dpop_proof")
    assert strict.sign_in().body["token_type"] == "DPoP"


def test_its_older_sessions_can_only_be_ended(strict: Owner, cloud: Cloud) -> None:
    bearer = as_bearer(strict)
    bearer.principal = {"client_id": strict.client_id, "must_prove": 0}
    pair = bearer.sign_in().pair
    bearer.principal = strict.principal

    assert not bearer.is_let_in(pair.access_token)
    assert bearer.refresh(pair).outcome == (401, "unauthorized")
    [user] = cloud.items("users")
    link = bearer.services.mail_tokens.mint(MailClaims(user["UserId"], 0), Purpose.VERIFY_EMAIL)
    assert bearer.verify_signed_in(link, pair.access_token).outcome == (401, "unauthorized")
    link = bearer.services.mail_tokens.mint(MailClaims(user["UserId"], 0, NEW_EMAIL),
                                            Purpose.CHANGE_EMAIL)
    assert bearer.confirm_email(link, pair.access_token).outcome == (401, "unauthorized")
    assert bearer.reauthenticate(pair.access_token, password=PASSWORD).outcome == (
        401, "unauthorized")
    assert bearer.sign_out(pair.access_token).status == 200
    assert cloud.items("sessions") == []


def test_its_authorizer_says_so(strict: Owner) -> None:
    assert strict.authorize_client()["context"] == {"client_id": "strict-app", "must_prove": 1}


# A stage whose API Gateway caches what the authorizer answers.


def test_a_stage_that_caches_binds_nothing(cloud: Cloud, clock: Clock) -> None:
    caching = Application(cloud.services(clock, authorizer_cache_seconds=300), prover=Prover())
    caching.sign_up()

    assert caching.sign_in().body["token_type"] == "Bearer"


def test_a_stage_that_caches_takes_no_bound_tokens(bound: Owner) -> None:
    pair = bound.sign_in().pair
    bound.services.settings = replace(bound.services.settings, authorizer_cache_seconds=300)
    del bound.services.access_tokens

    assert bound.refresh(pair).outcome == (401, "unauthorized")
    assert not bound.is_let_in(pair.access_token)


def test_a_stage_that_caches_signs_nobody_in_who_must_prove(cloud: Cloud, clock: Clock) -> None:
    caching = Application(cloud.services(clock, authorizer_cache_seconds=300), prover=Prover(),
                          must_prove=True)
    caching.sign_up()

    assert caching.sign_in().outcome == (401, "invalid_dpop_proof")


@pytest.mark.parametrize("other", [
    "the proof of another request", "no proof", "no text", "a minute later"])
def test_an_answer_of_the_authorizer_lets_no_other_request_in(other: str, bound: Owner,
                                                              clock: Clock) -> None:
    """If API Gateway had kept it, and gave it to the next request with the same token."""
    pair = bound.sign_in().pair
    headers = bound.headers(pair.access_token)
    principal = bound.principal_of("GET", "/session", headers)
    if other == "the proof of another request":
        headers = bound.headers(pair.access_token)
    elif other == "no proof":
        del headers["dpop"]
    elif other == "no text":
        headers["dpop"] = "\ud800"
    else:
        clock.advance(61)

    answer = send(get_session.handler, proxy_event("GET", "/session", headers=headers,
                                                   principal=principal), bound.services)

    assert answer.outcome == (401, "invalid_dpop_proof")


def captured_refresh(app: Application, pair: Pair) -> dict[str, Any]:
    """Return the event of a refresh with its proof, as somebody on the way could send it again."""
    return proxy_event("PUT", "/session", principal=app.principal,
                       headers=app.headers(pair.access_token, "PUT", "/session"),
                       body={"refresh_token": pair.refresh_token})


def refresh_by(event: dict[str, Any], app: Application) -> Answer:
    return send(refresh_session.handler, event, app.services)
