"""The examples take a bound token only from who holds its key, with a proof for this very request
(RFC 9449 sections 4.3 and 7.1), and other tokens only as bearer tokens."""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from shared.keys.signing_keys import P256_ORDER
from tests.attacks import forge
from tests.attacks.forge import FOREIGN_KEY, Genuine
from tests.support.application import CLIENT_ID, Pair
from tests.support.possession import Prover
from tests.verifiers.bad_proofs import BAD_PROOFS
from tests.verifiers.holders import Holder
from tests.verifiers.processes import EXAMPLES, Verdict, Verifiers
from tests.verifiers.sent import ADDRESS, Sent
from tests.verifiers.stages import ServedStage

BAD_PROOF = 'DPoP error="invalid_dpop_proof", algs="ES256"'
BAD_TOKEN = 'Bearer, DPoP error="invalid_token", algs="ES256"'
Ask = Callable[..., Verdict]

pytestmark = pytest.mark.parametrize("example", EXAMPLES)


@pytest.fixture
def ask(example: str, verifiers: Verifiers, dev: ServedStage, holder: Holder) -> Ask:
    """Return what asks an example about a request with the bound token."""
    def ask(sent: Sent, **asked: Any) -> Verdict:
        return verifiers.verdict(example, dev.issuer, CLIENT_ID, holder.token, sent=sent, **asked)

    return ask


def refuses(verdict: Verdict, challenge: str, reason: str = "") -> bool:
    return (verdict.refused.startswith(("Refused: ", "InvalidProof: "))
            and re.search(reason, verdict.refused) is not None and verdict.challenge == challenge)


@pytest.mark.parametrize("name", BAD_PROOFS)
def test_a_bound_token_is_refused_with_a_bad_proof(name: str, ask: Ask, holder: Holder) -> None:
    """What refuses it takes a good proof before and after: it is not merely out of order."""
    proofs, reason = BAD_PROOFS[name]

    assert ask(holder.sends(holder.proof())).accepted
    assert refuses(ask(holder.sends(*proofs(holder))), BAD_PROOF, reason)
    assert ask(holder.sends(holder.proof())).accepted


def test_a_proof_by_another_key_is_refused(ask: Ask, holder: Holder) -> None:
    thief = Holder(Prover(), holder.token)

    assert refuses(ask(holder.sends(thief.proof())), BAD_TOKEN, "another key")
    forged = thief.proof({"jwk": holder.prover.jwk})
    assert refuses(ask(holder.sends(forged)), BAD_PROOF, "[Ss]ignature")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic", ""])
def test_a_bound_token_is_refused_with_any_other_scheme(scheme: str, ask: Ask, holder: Holder
                                                        ) -> None:
    for proofs in ([], [holder.proof()]):
        assert refuses(ask(holder.sends(*proofs, scheme=scheme)), BAD_TOKEN)


def test_a_bearer_token_is_refused_as_a_bound_one(ask: Ask, pair: Pair) -> None:
    bearer = Holder(Prover(), pair.access_token)

    assert ask(bearer.sends(scheme="bearer")).accepted
    assert refuses(ask(bearer.sends(bearer.proof())), BAD_TOKEN, "Bearer")


@pytest.mark.parametrize("cnf", [None, {}, "jkt", {"jkt": None}, {"jkt": ""}, {"x5t#S256": "a"}])
def test_a_token_that_is_bound_to_something_else_is_refused(
        cnf: object, ask: Ask, holder: Holder, genuine: Genuine) -> None:
    other = Holder(holder.prover, genuine.with_claims(cnf=cnf))

    assert refuses(ask(other.sends(other.proof())), BAD_TOKEN, "another key")
    assert refuses(ask(other.sends(scheme="Bearer")), BAD_TOKEN)


def test_es256_is_the_only_algorithm_of_a_proof_whatever_key_the_token_is_bound_to(
        ask: Ask, holder: Holder, genuine: Genuine) -> None:
    """We bind to keys of P-256 alone, so that this is a token of whoever has our key."""
    private = ec.generate_private_key(ec.SECP384R1())
    jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    thumbprint = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode())
    other = Holder(holder.prover, genuine.with_claims(
        cnf={"jkt": forge.encoded(thumbprint.digest())}))
    proof = jwt.encode(other.claims({}), private, "ES384", {"typ": "dpop+jwt", "jwk": jwk})

    assert refuses(ask(other.sends(proof)), BAD_PROOF, "alg")


def test_no_credentials_or_two_are_refused(ask: Ask, holder: Holder, pair: Pair) -> None:
    bound, bearer = ("Authorization", f"DPoP {holder.token}"), f"Bearer {pair.access_token}"

    for headers in ([], [bound, bound], [bound, ("authorization", bearer)],
                    [("Authorization", f"{bearer} {bearer}")],
                    [("Authorization", "DPoP"), ("Authorization", holder.token)]):
        proof = ("DPoP", holder.proof())
        assert refuses(ask(Sent((*headers, proof))), BAD_TOKEN)


def test_a_bad_token_is_refused_whatever_the_proof(ask: Ask, holder: Holder, pair: Pair) -> None:
    other = Holder(holder.prover, pair.refresh_token)

    assert refuses(ask(other.sends(other.proof())), BAD_TOKEN)


@pytest.mark.parametrize("htu", [
    f"{ADDRESS}/me?all=1#top", "https://API.example.org/me", "HTTPS://api.example.org:443/me"])
def test_the_address_of_a_proof_may_be_spelt_otherwise(htu: str, ask: Ask, holder: Holder) -> None:
    assert ask(holder.sends(holder.proof(htu=htu))).accepted


def test_a_proof_is_for_one_method_and_path_whatever_the_query(ask: Ask, holder: Holder) -> None:
    def proof() -> str:
        return holder.proof(htm="PUT", htu=f"{ADDRESS}/reports/a%20b")

    assert ask(holder.sends(proof(), method="PUT", path="/reports/a%20b?c=/d")).accepted
    for method, path in (("GET", "/reports/a%20b"), ("PUT", "/reports/a"), ("PUT", "/reports"),
                         ("PUT", "//reports/a%20b"), ("PUT", "/?/reports/a%20b")):
        assert refuses(ask(holder.sends(proof(), method=method, path=path)), BAD_PROOF, "ht[mu]")


def test_a_path_that_would_change_the_host_is_refused(ask: Ask, holder: Holder) -> None:
    proof = holder.proof(htu=f"{ADDRESS}.evil.example/me")

    assert refuses(ask(holder.sends(proof, path=".evil.example/me")), BAD_PROOF, "htu")


def test_what_a_proof_says_beside_is_not_read(ask: Ask, holder: Holder) -> None:
    beside = {"kid": "a", "alg": "ES256", "use": "sig", "key_ops": ["verify"], "ext": True}
    proof = holder.proof({"jwk": holder.prover.jwk | beside},
                         nonce="n", aud="somebody", iss="somebody", sub="somebody")

    assert ask(holder.sends(proof)).accepted


@pytest.mark.parametrize("seconds", [-55, 55])
def test_the_clock_of_a_client_may_be_off_by_a_minute(seconds: int, ask: Ask, holder: Holder
                                                      ) -> None:
    assert ask(holder.sends(holder.proof(iat=holder.claims({})["iat"] + seconds))).accepted


def test_a_proof_is_taken_once(ask: Ask, holder: Holder) -> None:
    """Whoever has it can sign it once more without the key: of each signature there is another."""
    proof = holder.proof()
    twin = Genuine(proof, proof, FOREIGN_KEY)
    r, s = twin.numbers()

    assert ask(holder.sends(proof)).accepted
    for again in (proof, twin.with_signature(forge.p1363(r, P256_ORDER - s))):
        assert refuses(ask(holder.sends(again)), BAD_PROOF, "used before")


def test_a_proof_is_remembered_for_as_long_as_it_could_be_taken(ask: Ask, holder: Holder) -> None:
    """That is two minutes, if it is by a clock that is a minute ahead."""
    proof = holder.proof(iat=holder.claims({})["iat"] + 58)
    assert ask(holder.sends(proof)).accepted

    assert refuses(ask(holder.sends(proof), seconds_ahead=115), BAD_PROOF, "used before")
    assert refuses(ask(holder.sends(proof), seconds_ahead=121), BAD_PROOF, "iat")


def test_another_process_does_not_know_which_proofs_were_used(ask: Ask, holder: Holder) -> None:
    """As the README says: there, who has the request can repeat it for a minute."""
    proof = holder.proof()
    assert ask(holder.sends(proof)).accepted

    assert ask(holder.sends(proof), instance="another process").accepted


def test_nobody_uses_up_an_id_of_another_key(ask: Ask, holder: Holder, genuine: Genuine) -> None:
    prover = Prover()
    other = Holder(prover, genuine.with_claims(cnf={"jkt": prover.thumbprint}))
    proofs = [each.proof(jti="1") for each in (holder, other)]

    assert ask(other.sends(proofs[1])).accepted
    assert ask(holder.sends(proofs[0])).accepted
