"""Project Wycheproof's vectors for JSON Web Signatures and for ES256 signatures.

Wycheproof (C2SP) collects what implementations of cryptography got wrong.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from shared.errors import InvalidToken
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import P256_ORDER, SigningKey
from shared.tokens.jws import Jws, LowS
from tests.attacks import vectors
from tests.attacks.forge import integer
from tests.support.application import Application, Pair
from tests.support.clock import Clock
from tests.support.wire import Wire

SIGNATURES = "wycheproof/json_web_signature_test.json"
ECDSA = "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"


def test_no_token_of_the_collection_is_taken_by_the_handlers(
        app: Application, pair: Pair, wire: Wire) -> None:
    """None is ours: 401 at every place that takes a token, and no request of a table."""
    for case in _cases(SIGNATURES):
        text = case["jws"]
        wire.sent.clear()

        with pytest.raises(Exception, match="^Unauthorized$"):
            app.authorize(text)
        at_refresh = app.refresh(Pair(text, pair.refresh_token))
        at_sign_out = app.sign_out(text)

        assert at_refresh.outcome == at_sign_out.outcome == (401, "unauthorized"), case["tcId"]
        assert set(wire.sent) <= {"GetSecretValue"}, case["tcId"]


def test_not_even_their_own_key_makes_them_ours() -> None:
    """With the key of the ES256 cases in the ring, our tokens verify and theirs do not."""
    key = _es256_key()
    jws = Jws(KeyRing(lambda _label: "s" * 64, lambda _secret: key, Clock()))

    assert jws.verify(jws.sign({"sub": "ada"}, "at+jwt"), "at+jwt", {"sub": str}) == {"sub": "ada"}
    for case in _cases(SIGNATURES):
        with pytest.raises(InvalidToken):
            jws.verify(case["jws"], "at+jwt", {"sub": str})


def test_es256_signatures_verify_as_labelled() -> None:
    """The check that our access tokens rest on, with zero and oversized r and s among the cases.

    The collection calls both of the signatures valid that differ in the sign of s; we take one.
    """
    algorithm = LowS()
    verdicts = {"valid": True, "invalid": False}
    for group in vectors.load(ECDSA)["testGroups"]:
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        for case in group["tests"]:
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])

            taken = algorithm.verify(message, public, signature)

            is_low = int.from_bytes(signature[len(signature) // 2:]) <= P256_ORDER // 2
            assert taken == (verdicts[case["result"]] and is_low), (case["tcId"], case["comment"])


def _cases(name: str) -> Iterator[dict[str, Any]]:
    for group in vectors.load(name)["testGroups"]:
        yield from group["tests"]


def _es256_key() -> SigningKey:
    group = next(group for group in vectors.load(SIGNATURES)["testGroups"]
                 if group["comment"] == "es256")
    private = ec.derive_private_key(integer(group["private"]["d"]), ec.SECP256R1())
    return SigningKey(group["private"].get("kid", "none"), private, private.public_key(), b"")
