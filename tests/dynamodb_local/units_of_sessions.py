"""Request units of refresh, sign-out, the authorizers and the sessions of a person."""

from shared.sessions.token_pairs import issue
from shared.tokens.access_tokens import Access
from shared.tokens.proofs import Proof
from shared.tokens.session_tokens import TokenType
from tests.dynamodb_local.handlers_alone import claims
from tests.dynamodb_local.operations import HOUR_SECONDS, Act, Desk, operation
from tests.support.forgery import with_another_signature
from tests.support.largest_session import largest_session
from tests.support.possession import Prover


@operation("refresh: the next pair", 0, 1)
def rotate(desk: Desk) -> Act:
    pair = desk.stale()
    return lambda: desk.app.refresh(pair)


@operation("refresh of a session that is bound to a key: the next pair", 0, 1)
def rotate_bound(desk: Desk) -> Act:
    desk.app.prover = Prover()
    pair = desk.stale()
    return lambda: desk.app.refresh(pair)


@operation("refresh of the largest session that there can be: the next pair", 0, 1)
def rotate_the_largest(desk: Desk) -> Act:
    services, session = desk.app.services, largest_session(desk.clock.now)
    services.session_store.put(session, services.lifetimes)
    services.session_store.acknowledge(session, desk.clock.now)
    pair = issue(session, services.tokens, services.lifetimes, desk.clock.now)
    claims = services.tokens.verify(pair.access_token, TokenType.ACCESS, session.client_id)
    desk.clock.advance(HOUR_SECONDS)
    proof = Proof(session.jkt, "p" * 11, desk.clock.now, desk.clock.now)
    return lambda: services.sessions.refresh(Access(claims, proof), pair.refresh_token)


@operation("refresh while the access token is fresh: the same pair", 1, 0)
def keep(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.refresh(pair)


@operation("refresh of a pair that was never used: the same pair, renewed", 0, 2)
def renew(desk: Desk) -> Act:
    pair = desk.signed_in()
    desk.clock.advance(HOUR_SECONDS)
    return lambda: desk.app.refresh(pair)


@operation("refresh that another tab has just done: its pair again", 0, 1)
def keep_successor(desk: Desk) -> Act:
    pair = desk.succeeded()
    return lambda: desk.app.refresh(pair)


@operation("refresh after a lost answer, an hour late: the next pair, renewed", 0, 2)
def renew_successor(desk: Desk) -> Act:
    pair = desk.succeeded()
    desk.clock.advance(HOUR_SECONDS)
    return lambda: desk.app.refresh(pair)


@operation("refresh with a spent token, which ends the session", 0, 2)
def reuse(desk: Desk) -> Act:
    pair = desk.stale()
    desk.app.authorize(desk.app.refresh(pair).pair.access_token)
    desk.clock.advance(60)
    return lambda: desk.app.refresh(pair)


@operation("refresh of a session that has ended", 0, 1)
def refresh_ended(desk: Desk) -> Act:
    pair = desk.stale()
    desk.app.sign_out(pair.access_token)
    return lambda: desk.app.refresh(pair)


@operation("authorizer, access token", 1, 0)
def authorize(desk: Desk) -> Act:
    pair = desk.used()
    return lambda: desk.app.authorize(pair.access_token)


@operation("authorizer, access token, the first of its generation", 1, 1)
def authorize_first(desk: Desk) -> Act:
    pair = desk.used()
    second = desk.app.sign_in().pair
    assert second != pair
    return lambda: desk.app.authorize(second.access_token)


@operation("authorizer, access token, 300 s after it last asked for the client", 2, 0)
def authorize_client_again(desk: Desk) -> Act:
    pair = desk.used()
    desk.clock.advance(300)
    return lambda: desk.app.authorize(pair.access_token)


@operation("authorizer, client id only (its answer is cached for 300 s)", 1, 0)
def authorize_client(desk: Desk) -> Act:
    return desk.app.authorize_client


@operation("authorizer, forged access token", 0, 0)
def authorize_forged(desk: Desk) -> Act:
    forged = with_another_signature(desk.used().access_token)

    def refused() -> None:
        try:
            desk.app.authorize(forged)
        except Exception as error:
            assert str(error) == "Unauthorized"
        else:
            raise AssertionError("a forged token was let in")

    return refused


@operation("sign-out", 0, 1)
def sign_out(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.sign_out(pair.access_token)


@operation("GET /session", 0, 0)
def session(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.session(pair.access_token)


@operation("GET /sessions", 1, 0)
def list_sessions(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.list_sessions(pair.access_token)


@operation("DELETE /sessions, two others", 3, 2)
def end_sessions(desk: Desk) -> Act:
    pair = desk.signed_in()
    for _ in range(2):
        desk.app.sign_in()
    return lambda: desk.app.end_sessions(pair.access_token)


@operation("DELETE /sessions/{id}", 0, 1)
def end_session(desk: Desk) -> Act:
    pair = desk.signed_in()
    return lambda: desk.app.end_session(pair.access_token, claims(pair.access_token)["sid"])
