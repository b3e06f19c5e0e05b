"""Whatever a stranger writes, the libraries that read it end in a value or in one of our refusals.

`make fuzz` tries far more texts than `make test` does, and others each time.
"""

import json
from base64 import b64encode, urlsafe_b64encode

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.matching import L33T_TABLE, RANKED_DICTIONARIES

from shared.email_addresses import NotAnEmailAddress, normalised
from shared.errors import InvalidRequest, InvalidToken, WeakPassword
from shared.gateway.bodies import Body, Refresh
from shared.gateway.email_bodies import Credentials
from shared.gateway.requests import Request
from shared.keys import peppers, signing_keys
from shared.keys.key_ring import KeyRing
from shared.password_hash import IMPORTED, PasswordHash
from shared.sign_in.password_policy import PasswordPolicy
from shared.sign_in.passwords import Passwords
from shared.strict_json import NotStrictJson, parse_object
from shared.tokens.jws import Jws
from tests.support.cloud import PEPPER_SECRET, SIGNING_SECRET
from tests.support.events import proxy_event

COMMON = [*RANKED_DICTIONARIES["passwords"]][:200]
POLICY = PasswordPolicy(8, "session-api")
PASSWORDS = Passwords(KeyRing({"AWSCURRENT": PEPPER_SECRET}.get, peppers.derive, lambda: 0), cost=4)
HASHES = [PASSWORDS.hash("secret"),
          PasswordHash(bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode(), 4, IMPORTED)]
RING = KeyRing({"AWSCURRENT": SIGNING_SECRET}.get, signing_keys.derive, lambda: 0)
TOKEN_TYPES = ("at+jwt", "refresh+jwt")

# What an estimator looks for: words, dates, rows of keys, symbols for letters, and repeats.
PIECES = st.one_of(
    st.text(), st.sampled_from(COMMON),
    st.text(st.sampled_from("0123456789/-._ \n\r\u2028\u0663\u00b2")),
    st.text(st.sampled_from("qwertyuiop[]asdfgh!@#$%^&*()")),
    st.text(st.sampled_from("".join(map("".join, L33T_TABLE.values())))),
    st.builds(lambda text, times: text * times, st.text(max_size=6), st.integers(2, 12)))
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(bool)

LABELS = st.one_of(
    st.text(max_size=8), st.text(st.sampled_from("ab-xn.\u00fc\u0301\u0338\u200d\u3002\u2260")),
    st.sampled_from(["xn--", "xn--a", "local", "test", "[127.0.0.1]", "[IPv6:::1]", "org", "=?"]))
ADDRESSES = st.builds("{}{}{}".format, st.one_of(LABELS, st.text()),
                      st.sampled_from(["@", "@", "\uff20", '"@', "<a@", "@@"]),
                      st.lists(LABELS, max_size=4).map(".".join))

JSON_TEXTS = st.one_of(
    st.text(), st.text(st.sampled_from('{}[]",:0123456789eE+-.\\utrnalsf')),
    st.builds('{{"a": {}}}'.format, st.text(st.sampled_from("0123456789eE+-.NaInfity"))))


@given(TEXTS)
def test_a_new_password_is_accepted_or_refused(password: str) -> None:
    try:
        POLICY.check(password, "ada@lovelace.org")
    except WeakPassword:
        pass


@given(st.sampled_from(COMMON), st.text(min_size=1, max_size=1))
def test_no_character_makes_a_common_password_strong(
        common: str, character: str) -> None:
    for password in (character + common, common + character):
        with pytest.raises(WeakPassword):
            POLICY.check(password, "ada@lovelace.org")


@given(TEXTS, st.sampled_from(HASHES))
def test_a_password_matches_or_does_not(password: str, stored: PasswordHash) -> None:
    assert PASSWORDS.matches(password, stored) is (password == "secret")


@given(st.one_of(st.text(), ADDRESSES), st.sampled_from(["dev", "local"]))
def test_an_address_is_read_or_refused(text: str, stage: str) -> None:
    try:
        address = normalised(text, stage)
    except NotAnEmailAddress:
        return
    local_part, domain = address.split("@")
    assert len(local_part) <= 64 and address.isascii() and "." in domain or stage == "local"
    assert normalised(address, stage) == address


@given(JSON_TEXTS)
def test_json_is_read_or_refused(text: str) -> None:
    try:
        json.dumps(parse_object(text), allow_nan=False)
    except NotStrictJson:
        pass


@given(st.one_of(st.text(), st.binary().map(lambda octets: b64encode(octets).decode())),
       st.booleans(), st.sampled_from([Refresh, Credentials]))
def test_a_body_is_read_or_refused(text: str, is_base64: bool, model: type[Body]) -> None:
    event = proxy_event("PUT", "/session", headers={"Content-Type": "application/json"}, body=text)
    try:
        Request({**event, "isBase64Encoded": is_base64}).body(model)
    except InvalidRequest:
        pass


@given(st.one_of(st.text(), JSON_TEXTS), st.one_of(st.text(), JSON_TEXTS),
       st.binary(min_size=32, max_size=64), st.sampled_from(TOKEN_TYPES))
def test_a_token_that_is_not_ours_is_refused(
        header: str, payload: str, signature: bytes, token_type: str) -> None:
    """With any header, also our own."""
    key = RING.newest()
    for text in (header, json.dumps({"alg": "ES256", "kid": key.key_id, "typ": token_type}),
                 json.dumps({"alg": "HS256", "kid": key.hmac_key_id, "typ": token_type})):
        token = b".".join(urlsafe_b64encode(part).rstrip(b"=")
                          for part in (text.encode(), payload.encode(), signature))
        for candidate in (token.decode(), f"{text}.{payload}.{signature!r}"):
            with pytest.raises(InvalidToken):
                Jws(RING).verify(candidate, token_type, {})
