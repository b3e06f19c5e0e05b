"""A compact JWS of the one shape that we write, and nothing that merely looks like it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from shared.errors import (ForgedToken, InvalidToken, MalformedToken,
                           MisusedToken)
from shared.keys.key_ring import KeyRing
from shared.keys.signing_keys import P256_ORDER, SigningKey, derive, jwk_set
from shared.tokens.jws import MAX_TOKEN_CHARACTERS, Jws, LowS

CLAIM_TYPES = {"who": str, "gen": int}
PAYLOAD = {"who": "ada", "gen": 3}
RING: KeyRing[SigningKey] = KeyRing({"AWSCURRENT": "a secret of at least 32 characters"}.get,
                                    derive, lambda: 0)
KEY = RING.newest()
JWS = Jws(RING)
TOKEN = JWS.sign(PAYLOAD, "at+jwt")
HEADER = {"alg": "ES256", "kid": KEY.key_id, "typ": "at+jwt"}


def encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(header: object, payload: object) -> str:
    """Return a JWS with our own good signature over any header and payload, or raw text."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    signing_input = ".".join(encoded(part.encode()) for part in parts)
    signature = LowS().sign(signing_input.encode(), KEY.private)
    return f"{signing_input}.{encoded(signature)}"


def verify(token: str) -> dict[str, object]:
    return JWS.verify(token, "at+jwt", CLAIM_TYPES)


def test_what_was_signed_verifies() -> None:
    assert verify(TOKEN) == PAYLOAD


def test_the_bench_signs_like_the_service() -> None:
    """Each refusal below is for its one flaw."""
    assert verify(signed(HEADER, PAYLOAD)) == PAYLOAD


def test_the_longest_token_verifies_and_one_that_is_longer_does_not() -> None:
    longest, longer = (JWS.sign(PAYLOAD | {"who": "x" * length}, "at+jwt")
                       for length in (1369, 1370))

    assert (len(longest), len(longer)) == (MAX_TOKEN_CHARACTERS, MAX_TOKEN_CHARACTERS + 1)
    verify(longest)
    with pytest.raises(MalformedToken, match=f"{len(longer)} > {len(longest)} characters"):
        verify(longer)


def test_a_token_of_another_purpose_is_misused() -> None:
    with pytest.raises(MisusedToken):
        verify(JWS.sign(PAYLOAD, "rt+jwt"))


def test_only_access_tokens_verify_with_a_key_that_others_are_given() -> None:
    published = {key["kid"] for key in jwk_set([KEY])["keys"]}
    headers = {kind: jwt.get_unverified_header(JWS.sign(PAYLOAD, kind))
               for kind in ("at+jwt", "rt+jwt", "pr+jwt", "ev+jwt", "dt+jwt")}

    assert headers.pop("at+jwt")["kid"] in published
    assert {(header["alg"], header["kid"] in published) for header in headers.values()} == {
        ("HS256", False)}


def test_what_is_for_ourselves_verifies_as_its_own_type_only() -> None:
    token = JWS.sign(PAYLOAD, "rt+jwt")

    assert JWS.verify(token, "rt+jwt", CLAIM_TYPES) == PAYLOAD
    with pytest.raises(MisusedToken):
        JWS.verify(token, "dt+jwt", CLAIM_TYPES)


def test_each_type_has_a_key_of_its_own() -> None:
    """A header that is written anew does not make a refresh token a device token."""
    payload, signature = JWS.sign(PAYLOAD, "rt+jwt").split(".")[1:]
    header = encoded(json.dumps({"alg": "HS256", "kid": KEY.hmac_key_id, "typ": "dt+jwt"},
                                separators=(",", ":")).encode())

    with pytest.raises(ForgedToken):
        JWS.verify(f"{header}.{payload}.{signature}", "dt+jwt", CLAIM_TYPES)


def test_of_two_signatures_that_differ_in_a_sign_one_is_ours() -> None:
    """Whoever holds a token cannot write it in another way (low s, as in SEC 1 section 4.1.6)."""
    signed_text, _, signature = TOKEN.rpartition(".")
    octets = urlsafe_b64decode(signature + "==")
    high = P256_ORDER - int.from_bytes(octets[32:])
    twin = f"{signed_text}.{encoded(octets[:32] + high.to_bytes(32))}"
    assert ECAlgorithm(ECAlgorithm.SHA256).verify(
        signed_text.encode(), KEY.public, urlsafe_b64decode(twin.rpartition(".")[2] + "=="))

    with pytest.raises(ForgedToken):
        verify(twin)


def test_every_signature_that_we_make_verifies() -> None:
    """Half of all signatures come out with a high s at first."""
    for number in range(40):
        payload = PAYLOAD | {"gen": number}
        assert verify(JWS.sign(payload, "at+jwt")) == payload


@pytest.mark.parametrize("header", [
    HEADER | {"alg": "none"}, HEADER | {"alg": "HS256"}, HEADER | {"alg": "es256"},
    HEADER | {"crit": ["exp"]}, HEADER | {"jku": "https://evil.example.org/keys"},
    HEADER | {"jwk": {"kty": "EC"}}, HEADER | {"b64": False},
    {"alg": "ES256", "kid": KEY.key_id}, {"alg": "ES256", "typ": "at+jwt"},
    {"kid": KEY.key_id, "typ": "at+jwt"}, {}, [], "text",
    '{"alg": "ES256", "kid": "%s", "typ": "at+jwt", "typ": "at+jwt"}' % KEY.key_id,
])
def test_any_other_header_is_malformed(header: object) -> None:
    with pytest.raises(MalformedToken):
        verify(signed(header, PAYLOAD))


@pytest.mark.parametrize("kind", ["", "JWT", "AT+JWT", "application/at+jwt", None, 1, ["at+jwt"]])
def test_any_other_type_is_misused(kind: object) -> None:
    with pytest.raises(MisusedToken):
        verify(signed(HEADER | {"typ": kind}, PAYLOAD))


@pytest.mark.parametrize("key_id", ["", "another", None, 7, ["x"], {"kid": 1}, "../../secret"])
def test_a_key_id_that_is_not_ours_is_forged(key_id: object) -> None:
    with pytest.raises(ForgedToken):
        verify(signed(HEADER | {"kid": key_id}, PAYLOAD))


def test_no_algorithm_and_no_signature_is_malformed() -> None:
    token = jwt.encode(PAYLOAD, "", algorithm="none", headers=HEADER | {"alg": "none"})

    with pytest.raises(MalformedToken):
        verify(token)


def test_a_public_key_used_as_an_hmac_secret_is_malformed() -> None:
    signing_input = ".".join(encoded(json.dumps(part).encode())
                             for part in (HEADER | {"alg": "HS256"}, PAYLOAD))

    with pytest.raises(MalformedToken):
        verify(f"{signing_input}.{'A' * 86}")


@pytest.mark.parametrize("payload", [
    {"who": "ada"}, PAYLOAD | {"admin": True}, {"who": "", "gen": 3},
    {"who": "ada", "gen": "3"}, {"who": "ada", "gen": True}, {"who": "ada", "gen": 3.0},
    {"who": "ada", "gen": None}, {"who": ["ada"], "gen": 3}, {"who": 1, "gen": 3}, [], "text",
    '{"who": "ada", "gen": 3, "gen": 4}', '{"who": "ada", "gen": NaN}',
    '{"who": "\\ud800", "gen": 3}',
    '{"who": "ada", "gen": %s}' % ("[" * 700),
], ids=lambda payload: str(payload)[:40].replace("\\", "/"))
def test_other_claims_than_ours_are_malformed_even_if_signed(payload: object) -> None:
    with pytest.raises(MalformedToken):
        verify(signed(HEADER, payload))


OPTIONAL_TYPES = {"level": str, "since": int}


def verify_optional(payload: object) -> dict[str, object]:
    return JWS.verify(signed(HEADER, payload), "at+jwt", CLAIM_TYPES, OPTIONAL_TYPES)


@pytest.mark.parametrize("optional", [
    {}, {"level": "aal1"}, {"since": 0}, {"level": "aal1", "since": 7}], ids=str)
def test_an_optional_claim_may_be_there_or_not(optional: dict[str, object]) -> None:
    payload = PAYLOAD | optional

    assert verify_optional(payload) == payload


@pytest.mark.parametrize("payload", [
    PAYLOAD | {"level": 1}, PAYLOAD | {"level": None}, PAYLOAD | {"level": ""},
    PAYLOAD | {"since": "7"}, PAYLOAD | {"since": True}, PAYLOAD | {"since": -1},
    PAYLOAD | {"since": 1 << 53}, PAYLOAD | {"level": "aal1", "admin": True},
    PAYLOAD | {"admin": True}, {"who": "ada", "level": "aal1"}, {"level": "aal1", "since": 7}],
    ids=str)
def test_an_optional_claim_is_of_its_type_and_stands_for_no_other(payload: object) -> None:
    """A claim that is required is still missing, and one that nobody named is still unknown."""
    with pytest.raises(MalformedToken):
        verify_optional(payload)


@pytest.mark.parametrize("payload", [PAYLOAD | {"gen": -1}, PAYLOAD | {"gen": 1 << 53}], ids=str)
def test_a_number_that_not_every_reader_understands_is_malformed(payload: object) -> None:
    with pytest.raises(MalformedToken):
        verify(signed(HEADER, payload))


def test_the_largest_number_is_in_range() -> None:
    payload = PAYLOAD | {"gen": (1 << 53) - 1}

    assert verify(signed(HEADER, payload)) == payload


def test_a_megabyte_token_is_malformed() -> None:
    with pytest.raises(MalformedToken):
        verify(signed(HEADER, PAYLOAD | {"who": "a" * 1_000_000}))


@pytest.mark.parametrize("token", [
    "", ".", "..", "...", TOKEN + "=", TOKEN + ".", "." + TOKEN, TOKEN + "\n", " " + TOKEN,
    TOKEN[:-1], TOKEN[:-40], TOKEN.rpartition(".")[0], TOKEN.rpartition(".")[0] + ".",
    TOKEN.replace(".", ".."), TOKEN + "." + "A" * 86, TOKEN.replace("e", "\u0435", 1),
    TOKEN.replace(".", "=.", 1), TOKEN.replace(".", "+.", 1), TOKEN.replace(".", "/.", 1)],
    ids=lambda token: f"{len(token)} characters")
def test_truncated_padded_or_odd_text_is_malformed(token: str) -> None:
    with pytest.raises(MalformedToken):
        verify(token)


def test_every_flipped_character_spoils_the_token() -> None:
    for at, character in enumerate(TOKEN):
        flipped = TOKEN[:at] + ("A" if character != "A" else "B") + TOKEN[at + 1:]
        with pytest.raises(InvalidToken):
            verify(flipped)


def test_stray_bits_at_the_end_of_a_part_are_malformed() -> None:
    """The last of 86 characters carries 4 bits of the signature; 2 more decode to nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = TOKEN[:-1] + alphabet[alphabet.index(TOKEN[-1]) | 1]
    assert urlsafe_b64decode(twin.rpartition(".")[2] + "==") == urlsafe_b64decode(
        TOKEN.rpartition(".")[2] + "==")

    with pytest.raises(MalformedToken):
        verify(twin)


@pytest.mark.parametrize("signature", [b"\0" * 64, b"\xff" * 64, b"\0" * 63 + b"\1"])
def test_impossible_signatures_are_forged(signature: bytes) -> None:
    with pytest.raises(ForgedToken):
        verify(f"{TOKEN.rpartition('.')[0]}.{encoded(signature)}")


@settings(max_examples=50)
@given(st.text() | st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]{86}", fullmatch=True))
def test_no_text_at_all_does_worse_than_be_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        verify(text)


@pytest.mark.parametrize(("reason", "token"), [
    ("not three parts in base64url", "a.b"),
    ("header or payload does not decode",
     f"{encoded(b'{')}.{encoded(b'{}')}.{encoded(bytes(64))}"),
    ("base64url with stray bits", TOKEN[:-1] + "B"),
    ("the header is not one that we write", signed({}, PAYLOAD)),
    ("the token is of another type", JWS.sign(PAYLOAD, "rt+jwt")),
    ("the algorithm is not the one of this type", signed(HEADER | {"alg": "HS256"}, PAYLOAD)),
    ("no key of ours has this id", signed(HEADER | {"kid": "another"}, PAYLOAD)),
    ("the signature does not verify",
     f"{TOKEN.rpartition('.')[0]}.{encoded(bytes(63) + bytes([1]))}"),
    ("the claims are not those that we write", signed(HEADER, {})),
    ("the claim who is not of its type", signed(HEADER, PAYLOAD | {"who": 7})),
    ("the claim gen is out of range", signed(HEADER, PAYLOAD | {"gen": -1})),
], ids=lambda value: value if " " in value else "")
def test_a_refusal_says_for_the_log_what_was_wrong(reason: str, token: str) -> None:
    with pytest.raises(InvalidToken) as refusal:
        verify(token)

    assert str(refusal.value) == reason
