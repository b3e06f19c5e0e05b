"""An access token is of whoever has it or, if it is bound to a key, of whoever proves the key."""

from dataclasses import replace

import pytest

from shared.callers import Presented, SentProof
from shared.errors import InvalidProof, InvalidToken, UnprovenToken
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import derive
from shared.tokens.access_tokens import BEARER, BOUND, AccessTokens
from shared.tokens.jws import Jws
from shared.tokens.proofs import Proofs
from shared.tokens.session_tokens import Claims, Tokens, TokenType
from tests.support.clock import NOW, Clock
from tests.support.cloud import SIGNING_SECRET
from tests.support.possession import Prover

CLIENT_ID, ADDRESS = "web-app", "https://api.example.org/dev/session"
CLAIMS = Claims("ada", CLIENT_ID, "s-1", 0, NOW, NOW + 3600, NOW, ("pwd",), "aal1")
TOKENS = Tokens(("https://issuer.example.org",),
                Jws(KeyRing({"AWSCURRENT": SIGNING_SECRET}.get, derive, Clock())), Clock())
PROVER = Prover()
BEARERS = TOKENS.mint(CLAIMS, TokenType.ACCESS)
BOUND_TOKEN = TOKENS.mint(replace(CLAIMS, jkt=PROVER.thumbprint), TokenType.ACCESS)
NOTHING = SentProof((), "PUT", ADDRESS)


def access_tokens(binds: bool = True) -> AccessTokens:
    return AccessTokens(TOKENS, Proofs(Clock()), binds)


def proven(prover: Prover = PROVER, token: str = BOUND_TOKEN) -> SentProof:
    return SentProof((prover.proof("PUT", ADDRESS, NOW, token),), "PUT", ADDRESS)


def test_a_bearer_needs_no_proof() -> None:
    access = access_tokens().verify(Presented(BEARER, BEARERS, NOTHING), CLIENT_ID)

    assert (access.claims, access.proof) == (CLAIMS, None)
    with pytest.raises(UnprovenToken, match="must prove possession"):
        access.require_proof()


def test_a_bound_token_is_taken_with_a_proof_by_its_key() -> None:
    access = access_tokens().verify(Presented(BOUND, BOUND_TOKEN, proven()), CLIENT_ID)

    assert access.claims == replace(CLAIMS, jkt=PROVER.thumbprint)
    assert access.proof and access.proof.jkt == PROVER.thumbprint
    access.require_proof()


@pytest.mark.parametrize(("presented", "error", "reason"), [
    (Presented(BEARER, BOUND_TOKEN, NOTHING), UnprovenToken, "sent as a bearer's"),
    (Presented(BEARER, BOUND_TOKEN, proven()), UnprovenToken, "sent as a bearer's"),
    (Presented(BOUND, BEARERS, proven(token=BEARERS)), UnprovenToken, "bound to no key"),
    (Presented(BOUND, BOUND_TOKEN, proven(Prover())), UnprovenToken, "by another key"),
    (Presented(BOUND, BOUND_TOKEN, NOTHING), InvalidProof, "no proof was sent"),
    (Presented(BOUND, BOUND_TOKEN, proven(token=BEARERS)), InvalidProof, "another access token"),
    (Presented(BOUND, "x.y.z", proven()), InvalidToken, "three parts")])
def test_a_token_that_is_not_proven_is_refused(
        presented: Presented, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        access_tokens().verify(presented, CLIENT_ID)


def test_a_stage_that_binds_nothing_takes_nothing_that_was_bound() -> None:
    with pytest.raises(UnprovenToken, match="does not allow"):
        access_tokens(binds=False).verify(Presented(BOUND, BOUND_TOKEN, proven()), CLIENT_ID)


def test_a_sign_in_binds_its_session_to_the_key_of_its_proof() -> None:
    sent = SentProof((PROVER.proof("PUT", ADDRESS, NOW),), "PUT", ADDRESS)

    assert access_tokens().bind(sent, must_prove=False) == PROVER.thumbprint
    assert access_tokens().bind(sent, must_prove=True) == PROVER.thumbprint
    assert access_tokens().bind(NOTHING, must_prove=False) == ""
    assert access_tokens(binds=False).bind(sent, must_prove=False) == ""


@pytest.mark.parametrize(("binds", "reason"), [
    (True, "no proof was sent"), (False, "which this stage does not allow")])
def test_a_client_that_must_prove_cannot_sign_in_without(binds: bool, reason: str) -> None:
    with pytest.raises(InvalidProof, match=reason):
        access_tokens(binds).bind(NOTHING, must_prove=True)
