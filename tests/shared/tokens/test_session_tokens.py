"""What a token says, to whom, for what and until when."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import jwt
import pytest

from shared.errors import (ExpiredToken, InvalidToken, MalformedToken,
                           MisusedToken)
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import SigningKey, derive
from shared.tokens.jws import Jws
from shared.tokens.session_tokens import (CLOCK_SKEW_SECONDS, Claims, Tokens,
                                          TokenType)
from tests.support.clock import NOW, Clock
from tests.support.cloud import SIGNING_SECRET

ISSUER = "https://issuer.example.org/test"
RING: KeyRing[SigningKey] = KeyRing({"AWSCURRENT": SIGNING_SECRET}.get, derive, lambda: NOW)
JWS = Jws(RING)
CLAIMS = Claims(user_id="ada", client_id="web-app", session_id="s-1", generation=4,
                issued_at=NOW, expires_at=NOW + 3600)
ACCESS, REFRESH = TokenType.ACCESS, TokenType.REFRESH
# What is in an access token besides.
ADMIN = replace(CLAIMS, auth_time=NOW - 900, amr=("pwd", "otp"), acr="aal2",
                roles=("admin", "billing"))
OF_ACCESS = {"client_id": "web-app", "auth_time": NOW - 900, "amr": ["pwd", "otp"], "acr": "aal2",
             "roles": ["admin", "billing"]}
OF_EACH = {ACCESS: ADMIN, REFRESH: replace(CLAIMS, ends_at=NOW + 9000)}


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens((ISSUER,), JWS, clock)


def signed(token_type: str = "at+jwt", /, **changes: object) -> str:
    """Return a token like ours, with these claims changed, under our own signature."""
    payload = {"iss": ISSUER, "aud": "web-app", "sub": "ada", "sid": "s-1", "gen": 4,
               "iat": NOW, "exp": NOW + 3600, "jti": "s-1.4",
               **(OF_ACCESS if token_type == "at+jwt" else {})}
    return JWS.sign({name: claim for name, claim in (payload | changes).items()
                     if claim is not None}, token_type)


@pytest.mark.parametrize(("claims", "token_type"), [
    (ADMIN, ACCESS), (replace(ADMIN, roles=()), ACCESS), (OF_EACH[REFRESH], REFRESH)])
def test_a_token_says_what_it_was_minted_with(tokens: Tokens, claims: Claims,
                                              token_type: TokenType) -> None:
    minted = tokens.mint(claims, token_type)

    assert tokens.verify(minted, token_type, "web-app") == claims


@pytest.mark.parametrize(("token_type", "end"), [
    ("at+jwt", NOW + 9000), ("rt+jwt", None), ("rt+jwt", str(NOW + 9000)), ("rt+jwt", -1)])
def test_the_end_of_the_session_is_in_each_refresh_token_and_in_no_other(
        tokens: Tokens, token_type: str, end: object) -> None:
    with pytest.raises(MalformedToken):
        tokens.verify(signed(token_type, end=end), TokenType(token_type), "web-app")


def test_any_jwt_library_can_read_an_access_token(tokens: Tokens) -> None:
    minted = tokens.mint(ADMIN, ACCESS)

    header = jwt.get_unverified_header(minted)
    payload: dict[str, Any] = jwt.decode(
        minted, RING.newest().public, algorithms=["ES256"], audience="web-app", issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False, "strict_aud": True})
    assert header == {"alg": "ES256", "kid": RING.newest().key_id, "typ": "at+jwt"}
    assert payload == {"iss": ISSUER, "aud": "web-app", "sub": "ada", "sid": "s-1", "gen": 4,
                       "iat": NOW, "exp": NOW + 3600, "jti": "s-1.4", **OF_ACCESS}


def test_who_has_no_role_has_no_claim_of_roles(tokens: Tokens) -> None:
    """Like all that an RFC 9068 token may leave out, it is absent and not empty."""
    minted = tokens.mint(replace(ADMIN, roles=()), ACCESS)

    assert "roles" not in jwt.decode(minted, options={"verify_signature": False})


@pytest.mark.parametrize(("minted_as", "taken_for"), [(ACCESS, REFRESH), (REFRESH, ACCESS)])
def test_one_type_never_passes_for_the_other(tokens: Tokens, minted_as: TokenType,
                                             taken_for: TokenType) -> None:
    with pytest.raises(MisusedToken):
        tokens.verify(tokens.mint(OF_EACH[minted_as], minted_as), taken_for, "web-app")


@pytest.mark.parametrize("client_id", ["phone-app", "", "WEB-APP", "web-app "])
def test_a_token_is_of_no_use_to_another_client(tokens: Tokens, client_id: str) -> None:
    with pytest.raises(MisusedToken):
        tokens.verify(tokens.mint(ADMIN, ACCESS), ACCESS, client_id)


def test_a_token_of_another_stage_is_misused(clock: Clock, tokens: Tokens) -> None:
    other = Tokens(("https://issuer.example.org/prod",), JWS, clock)

    with pytest.raises(MisusedToken):
        tokens.verify(other.mint(ADMIN, ACCESS), ACCESS, "web-app")


@pytest.mark.parametrize("token_type", TokenType)
def test_a_stage_that_moves_signs_nobody_out(clock: Clock, token_type: TokenType) -> None:
    """First the new issuer is accepted everywhere, then it is minted, and the former is still
    accepted."""
    before, after = "https://issuer.example.org/prod", "https://sessions.example.org"
    stations = [Tokens(issuers, JWS, clock)
                for issuers in ((before,), (before, after), (after, before))]

    for one, next_one in pairwise(stations):
        for minting, verifying in ((one, next_one), (next_one, one)):
            token = minting.mint(OF_EACH[token_type], token_type)
            assert verifying.verify(token, token_type, "web-app") == OF_EACH[token_type]


def test_a_token_is_good_to_the_last_second(clock: Clock, tokens: Tokens) -> None:
    clock.advance(3599)

    assert tokens.verify(signed(), ACCESS, "web-app") == ADMIN


def test_a_token_has_expired_at_the_very_second(clock: Clock, tokens: Tokens) -> None:
    clock.advance(3600)

    with pytest.raises(ExpiredToken, match=f"expired: {NOW + 3600} >= {NOW + 3600}"):
        tokens.verify(signed(), ACCESS, "web-app")


def test_an_expired_token_can_be_asked_for(clock: Clock, tokens: Tokens) -> None:
    clock.advance(10 * 365 * 86_400)

    assert tokens.verify(signed(), ACCESS, "web-app", even_if_expired=True) == ADMIN


def test_a_clock_that_is_ahead_by_a_minute_does_no_harm(tokens: Tokens) -> None:
    early = signed(iat=NOW + CLOCK_SKEW_SECONDS)

    assert tokens.verify(early, ACCESS, "web-app").issued_at == NOW + 60


@pytest.mark.parametrize("even_if_expired", [False, True])
def test_a_token_from_the_future_is_refused(tokens: Tokens, even_if_expired: bool) -> None:
    with pytest.raises(ExpiredToken, match="issued in the future"):
        tokens.verify(signed(iat=NOW + CLOCK_SKEW_SECONDS + 1), ACCESS, "web-app",
                      even_if_expired=even_if_expired)


@pytest.mark.parametrize("flaw", [
    {"sub": ""}, {"sub": None}, {"sub": 7}, {"aud": ["web-app"]}, {"exp": str(NOW + 3600)},
    {"exp": NOW + 3600.0}, {"exp": None}, {"iat": "0"}, {"gen": True}, {"gen": -1, "jti": "s-1.-1"},
    {"jti": "s-1.5"}, {"jti": "s-2.4"}, {"sid": "s-2"}, {"gen": 5}, {"nbf": NOW},
    {"scope": "admin"}, {"client_id": None}, {"client_id": "phone-app"}, {"auth_time": None},
    {"auth_time": True}, {"auth_time": -1}, {"amr": None}, {"amr": "pwd"}, {"amr": []},
    {"amr": [""]}, {"amr": [1]}, {"acr": None}, {"acr": ""}, {"roles": "admin"}, {"roles": []},
    {"roles": ["admin", None]}], ids=str)
def test_claims_that_we_would_not_write_are_malformed(tokens: Tokens,
                                                      flaw: dict[str, object]) -> None:
    with pytest.raises(MalformedToken):
        tokens.verify(signed(**flaw), ACCESS, "web-app")


def test_minting_twice_says_the_same(tokens: Tokens, clock: Clock) -> None:
    first = tokens.mint(ADMIN, ACCESS)
    clock.advance(1000)
    second = tokens.mint(ADMIN, ACCESS)

    assert tokens.verify(first, ACCESS, "web-app") == tokens.verify(second, ACCESS, "web-app")


def test_generations_tell_tokens_apart(tokens: Tokens) -> None:
    next_one = tokens.mint(replace(ADMIN, generation=5), ACCESS)

    assert tokens.verify(next_one, ACCESS, "web-app").generation == 5


@pytest.mark.parametrize(("changes", "reason"), [
    ({"iss": "https://issuer.example.org/prod"}, "the token is of another issuer"),
    ({"aud": "phone-app", "client_id": "phone-app"}, "the token is of another client"),
    ({"client_id": "phone-app"}, "client_id is not the audience"),
    ({"roles": ["admin", ""]}, "the claim roles does not hold texts alone"),
    ({"jti": "s-1.5"}, "the token id is not of this session and generation")])
def test_a_refusal_says_for_the_log_what_was_wrong(
        tokens: Tokens, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidToken, match=f"^{reason}$"):
        tokens.verify(signed(**changes), ACCESS, "web-app")
