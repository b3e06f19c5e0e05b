"""The key is a function of the secret; its id is a function of the key."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from hypothesis import given
from hypothesis import strategies as st

from shared.keys.signing_keys import P256_ORDER, derive, jwk_set
from tests.support.cloud import SIGNING_SECRET

KNOWN_KEY_ID = "h0BS9CvjYOcSpnMdDqYm1XTgOCkNjZC1iyz4sGBWymc"


def test_the_same_secret_always_gives_the_same_key() -> None:
    """A change here would sign everybody out; the id was computed once, by this code."""
    assert derive(SIGNING_SECRET).key_id == derive(SIGNING_SECRET).key_id
    assert derive("s" * 64).key_id == KNOWN_KEY_ID


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=32, max_size=80))
def test_any_secret_gives_a_key_of_the_curve(secret: str) -> None:
    key = derive(secret)

    assert isinstance(key.private.curve, SECP256R1)
    assert 1 <= key.private.private_numbers().private_value < P256_ORDER


def test_another_secret_gives_another_key() -> None:
    assert derive("a" * 64).key_id != derive("a" * 63 + "b").key_id


def test_the_key_id_is_the_thumbprint_of_rfc_7638() -> None:
    key = derive(SIGNING_SECRET)
    [jwk] = jwk_set([key])["keys"]

    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    assert key.key_id == urlsafe_b64encode(sha256(canonical).digest()).decode().rstrip("=")


def test_the_published_key_verifies_what_the_private_one_signed() -> None:
    key = derive(SIGNING_SECRET)
    published = jwk_set([key])
    signed = jwt.encode({"who": "ada"}, key.private, algorithm="ES256",
                        headers={"kid": key.key_id})

    found = jwt.PyJWKSet.from_dict(published)[key.key_id]

    assert jwt.decode(signed, found, algorithms=["ES256"]) == {"who": "ada"}


def test_a_published_key_holds_no_private_part() -> None:
    [jwk] = jwk_set([derive(SIGNING_SECRET)])["keys"]

    assert jwk.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert len(jwk["x"]) == len(jwk["y"]) == 43
