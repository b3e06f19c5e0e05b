"""Whatever an authenticator, a browser or a stranger in their place writes, it is read or refused.

Work is counted, not timed: a body has 8 KB, and each byte of it is read so many times at most.
"""

import json
import sys
from hashlib import sha256
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.errors import Flaw, InvalidPasskey
from shared.factors.passkeys import Passkey
from shared.factors.relying_party import ALGORITHMS, RelyingParty
from shared.factors.public_keys import MOST_KEY_BYTES
from shared.factors.webauthn import check_assertion, check_registration
from shared.gateway.json_bodies import MAX_BODY_BYTES
from tests.support.authenticator import (ATTESTED, ORIGIN, RP_ID, USER_PRESENT, USER_VERIFIED,
                                         Device, Options, cbor, decoded)
from tests.support.possession import encoded

PARTY = RelyingParty(RP_ID, "session-api", (ORIGIN,))
CHALLENGE = bytes(32)
TO_MAKE: Options = {"rp": {"id": RP_ID}, "user": {"id": encoded(b"ada")}, "excludeCredentials": [],
                    "challenge": encoded(CHALLENGE)}
TO_ANSWER: Options = {"rpId": RP_ID, "challenge": encoded(CHALLENGE), "allowCredentials": []}
DEVICE = Device(counts=False)
MADE = DEVICE.make(TO_MAKE)
[KEY] = DEVICE.keys
ANSWER = DEVICE.answer(TO_ANSWER)
# What a body of 8 KB can hold in base64url.
MOST_BYTES = MAX_BODY_BYTES * 3 // 4

HEADS = st.builds(lambda kind, rest: bytes([kind << 5 | rest]), st.integers(0, 7),
                  st.integers(0, 31))
CBOR = st.one_of(
    st.binary(max_size=200), st.lists(HEADS, max_size=60).map(b"".join),
    st.builds(lambda piece, times: piece * times,
              st.sampled_from([b"\x81", b"\xa1", b"\xa1\x01", b"\x9b" + b"\xff" * 8, b"\x80",
                               b"\xbf", b"\x00", b"\x5b\x7f" + b"\xff" * 7, b"\xf9\x7e\x00"]),
              st.integers(1, MOST_BYTES // 9)))
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-2 ** 31, 2 ** 31), st.binary(max_size=80), st.text(max_size=9),
    st.sampled_from(ALGORITHMS), st.dictionaries(st.integers(-3, 3), st.integers(0, 9), max_size=3))
COSE = st.dictionaries(st.sampled_from([1, 3, -1, -2, -3, -4, "x"]), VALUES, max_size=6)
MEMBERS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.just([]), st.just({}), st.sampled_from(["webauthn.create", "webauthn.get", ORIGIN,
                                               encoded(CHALLENGE)]))
CLIENT_DATA = st.one_of(
    st.binary(max_size=200), st.text(max_size=200).map(str.encode),
    st.builds(lambda piece, times: piece * times,
              st.sampled_from([b"[", b'{"a":', b"9", b" ", b'"']), st.integers(1, MOST_BYTES // 5)),
    st.dictionaries(st.sampled_from(["type", "challenge", "origin", "crossOrigin", "topOrigin"]),
                    MEMBERS).map(lambda said: json.dumps(said).encode()))


def flat(credential: dict[str, Any]) -> dict[str, str]:
    return {"id": credential["id"], **{name: text for name, text in credential["response"].items()
                                       if isinstance(text, str)}}


def attested(cose: bytes, credential_id: bytes = b"an id") -> dict[str, str]:
    """Return a registration whose key is these bytes."""
    data = (sha256(RP_ID.encode()).digest()
            + bytes([USER_PRESENT | USER_VERIFIED | ATTESTED]) + bytes(20)
            + len(credential_id).to_bytes(2) + credential_id + cose)
    return flat(MADE) | {"id": encoded(credential_id), "attestationObject": encoded(
        cbor({"fmt": "none", "attStmt": {}, "authData": data}))}


def registered(sent: dict[str, str]) -> Passkey | None:
    """Return the passkey, or None if it was refused; nothing else may come of it."""
    try:
        made = check_registration(sent, CHALLENGE, PARTY)
    except InvalidPasskey:
        return None
    return Passkey("ada", made.credential_id, made.public_key, RP_ID, "Passkey", 0, made.counter,
                   made.is_synced, made.is_backed_up)


def is_right(sent: dict[str, str], passkey: Passkey) -> bool:
    try:
        check_assertion(sent, CHALLENGE, PARTY, passkey)
    except InvalidPasskey:
        return False
    return True


def own() -> Passkey:
    passkey = registered(flat(MADE))
    assert passkey is not None
    return passkey


def test_what_is_true_is_right() -> None:
    assert is_right(flat(ANSWER), own())


@given(CLIENT_DATA)
def test_client_data_is_read_or_refused(octets: bytes) -> None:
    """Of a signature that was made over other client data, none is right."""
    registered(flat(MADE) | {"clientDataJSON": encoded(octets)})

    assert not is_right(flat(ANSWER) | {"clientDataJSON": encoded(octets)}, own())


@given(CBOR)
def test_an_attestation_object_is_read_or_refused(octets: bytes) -> None:
    assert registered(flat(MADE) | {"attestationObject": encoded(octets)}) is None


@given(CBOR, st.integers(0, 255))
def test_authenticator_data_is_read_or_refused(octets: bytes, flags: int) -> None:
    head = sha256(RP_ID.encode()).digest() + bytes([flags])
    for data in (octets, head + bytes(4) + octets, head + bytes(20) + octets):
        registered(flat(MADE) | {"attestationObject": encoded(
            cbor({"fmt": "none", "attStmt": {}, "authData": data}))})

        if data != decoded(ANSWER["response"]["authenticatorData"]):
            assert not is_right(flat(ANSWER) | {"authenticatorData": encoded(data)}, own())


@given(st.binary(max_size=120), st.sampled_from(["", "x", "=", "\u00e4"]))
def test_no_other_signature_is_right(octets: bytes, rest: str) -> None:
    if octets != decoded(ANSWER["response"]["signature"]):
        assert not is_right(flat(ANSWER) | {"signature": encoded(octets) + rest}, own())


@given(st.one_of(COSE.map(cbor), CBOR), st.binary(max_size=80))
@example(cbor({1: 2, 3: -7, -1: 1, -2: 10 ** 9, -3: 10 ** 9}), b"")
@example(cbor({1: 1, 3: -8, -1: 6, -2: bytes(32)}), bytes(64))
def test_a_key_is_taken_or_refused_and_verifies_nothing_by_chance(cose: bytes, signature: bytes
                                                                  ) -> None:
    """What is taken, and stored as it was encoded anew, can be read again."""
    passkey = registered(attested(cose))

    if passkey is not None:
        assert len(decoded(passkey.public_key)) <= MOST_KEY_BYTES
        assert not is_right(flat(ANSWER) | {"signature": encoded(signature)}, passkey)


@given(st.binary(max_size=120))
def test_another_key_does_not_verify(changed: bytes) -> None:
    key = decoded(own().public_key)
    cose = key[:len(key) - 32] + sha256(changed).digest()

    passkey = registered(attested(cose))

    assert passkey is None or not is_right(flat(ANSWER), passkey)


def calls(sent: dict[str, str], passkey: Passkey | None) -> int:
    """Return how many functions were called, of Python or of C, to read it or to refuse it."""
    count = 0

    def see(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        registered(sent) if passkey is None else is_right(sent, passkey)
    finally:
        sys.setprofile(before)
    return count


def filled(head: bytes, piece: bytes, size: int) -> bytes:
    return head + piece * ((size - len(head)) // len(piece))


# What is short to write and long to read: much in little, deep, or of a length that is not there.
WORST = {"deep": (b"", b"\x81"), "deep maps": (b"", b"\xa1\x00"),
         "a long list": (b"\x99\xff\xff", b"\x00"), "a huge list": (b"\x9b" + b"\xff" * 8, b"\x80"),
         "a huge map": (b"\xbb" + b"\xff" * 8, b"\x00"),
         "lists in a list": (b"\x99\xff\xff", b"\x81\x00"),
         "huge bytes": (b"", b"\x5b" + b"\xff" * 8)}


@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("place", ["attestation", "authenticator data", "key", "extensions"])
def test_no_body_costs_more_calls_than_it_has_bytes(name: str, place: str) -> None:
    """Times a constant: each value that is read takes a byte at least, authenticator data is read
    twice, and CPython's limit bounds the depth. No length that is said is believed."""
    piece, rp = WORST[name], sha256(RP_ID.encode()).digest()
    head = rp + bytes([USER_PRESENT | USER_VERIFIED]) + bytes(4)

    def sent(size: int) -> tuple[dict[str, str], Passkey | None]:
        hostile = filled(*piece, size)
        if place == "attestation":
            return flat(MADE) | {"attestationObject": encoded(hostile)}, None
        if place == "authenticator data":
            return flat(MADE) | {"attestationObject": encoded(
                cbor({"fmt": "none", "attStmt": {}, "authData": hostile}))}, None
        if place == "key":
            return attested(cbor({1: 2, 3: -7}).replace(b"\xa2", b"\xa3") + b"\x04" + hostile), None
        return flat(ANSWER) | {"authenticatorData": encoded(
            head[:32] + b"\x85" + bytes(4) + hostile)}, own()

    assert calls(*sent(MOST_BYTES)) < 10 * MOST_BYTES


@pytest.mark.parametrize("text", ["[" * MOST_BYTES, '{"a":' * (MOST_BYTES // 5),
                                  '{"type":' + "9" * 4000 + "}", '"' + "\\u0041" * 1000 + '"'])
def test_nor_does_client_data(text: str) -> None:
    sent = flat(MADE) | {"clientDataJSON": encoded(text.encode())}

    assert calls(sent, None) < 1000


def test_no_key_is_longer_than_one_of_rsa_with_4096_bits() -> None:
    """A signature is verified with it at each sign-in, and its length bounds what that costs."""
    cose = {1: 3, 3: -257, -1: b"\xff" * 590, -2: b"\x01\x00\x01"}

    with pytest.raises(InvalidPasskey) as refusal:
        check_registration(attested(cbor(cose)), CHALLENGE, PARTY)

    assert refusal.value.flaw is Flaw.UNSUPPORTED_KEY and len(cbor(cose)) > MOST_KEY_BYTES
    assert registered(attested(cbor(cose | {-1: b"\xff" * 512}))) is not None
