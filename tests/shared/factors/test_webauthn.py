"""What an authenticator has answered is checked to the letter, whatever its key is."""

import tracemalloc
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from shared.errors import Flaw, InvalidPasskey
from shared.factors.passkeys import Passkey
from shared.factors.relying_party import RelyingParty
from shared.factors.webauthn import (Assertion, NewPasskey, check_assertion, check_registration,
                                     user_id_of)
from tests.support.authenticator import (ATTESTED, BACKED_UP, ORIGIN, RP_ID, SYNCED, USER_PRESENT,
                                         USER_VERIFIED, Device, Options, cbor, changed,
                                         decoded)
from tests.support.possession import encoded

PARTY = RelyingParty(RP_ID, "session-api", (ORIGIN, "http://localhost:*"))
CHALLENGE = bytes(range(32))
TO_MAKE: Options = {"rp": {"id": RP_ID}, "user": {"id": encoded(b"ada")}, "excludeCredentials": [],
                    "challenge": encoded(CHALLENGE)}
TO_ANSWER: Options = {"rpId": RP_ID, "challenge": encoded(CHALLENGE), "allowCredentials": []}
PRESENT = USER_PRESENT | USER_VERIFIED
NIST: dict[str, tuple[int, int, int, ec.EllipticCurve, HashAlgorithm]] = {
    "ES256": (-7, 1, 32, ec.SECP256R1(), SHA256()),
    "ES384": (-35, 2, 48, ec.SECP384R1(), SHA384()),
    "ES512": (-36, 3, 66, ec.SECP521R1(), SHA512())}


def flat(credential: dict[str, Any]) -> dict[str, str]:
    return {"id": credential["id"], **{name: text for name, text in credential["response"].items()
                                       if isinstance(text, str)}}


def kept(made: NewPasskey) -> Passkey:
    return Passkey("ada", made.credential_id, made.public_key, RP_ID, "Passkey", 0, made.counter,
                   made.is_synced, made.is_backed_up)


def registered(device: Device, **changes: Any) -> NewPasskey:
    return check_registration(flat(device.make(TO_MAKE, **changes)), CHALLENGE, PARTY)


def answered(device: Device, passkey: Passkey, **changes: Any) -> Assertion:
    return check_assertion(flat(device.answer(TO_ANSWER, **changes)), CHALLENGE, PARTY, passkey)


def attestation(cose: dict[int, Any], credential_id: bytes = b"an id") -> dict[str, str]:
    """Return what an authenticator says of a new passkey with any key and id."""
    made = flat(Device().make(TO_MAKE))
    data = (sha256(RP_ID.encode()).digest() + bytes([PRESENT | ATTESTED]) + bytes(4) + bytes(16)
            + len(credential_id).to_bytes(2) + credential_id + cbor(cose))
    return made | {"id": encoded(credential_id), "attestationObject": encoded(
        cbor({"fmt": "none", "attStmt": {}, "authData": data}))}


def assertion(sign: Any) -> dict[str, str]:
    """Return an answer that `sign` has signed."""
    device = Device()
    device.make(TO_MAKE)
    answer = flat(device.answer(TO_ANSWER))
    data = sha256(RP_ID.encode()).digest() + bytes([PRESENT]) + (1).to_bytes(4)
    signed = data + sha256(decoded(answer["clientDataJSON"])).digest()
    return answer | {"authenticatorData": encoded(data), "signature": encoded(sign(signed))}


def refusal(sent: dict[str, str], passkey: Passkey | None = None) -> Flaw:
    with pytest.raises(InvalidPasskey) as caught:
        if passkey is None:
            check_registration(sent, CHALLENGE, PARTY)
        else:
            check_assertion(sent, CHALLENGE, PARTY, passkey)
    return caught.value.flaw


@pytest.mark.parametrize(("flags", "is_synced", "is_backed_up"), [
    (0, False, False), (SYNCED, True, False), (SYNCED | BACKED_UP, True, True)])
def test_a_new_passkey_is_as_its_authenticator_says(flags: int, is_synced: bool,
                                                    is_backed_up: bool) -> None:
    device = Device(PRESENT | flags)

    made = registered(device)

    [key] = device.keys
    assert made == NewPasskey(encoded(key.credential_id), made.public_key, 0, is_synced,
                              is_backed_up)


def test_an_answer_says_counter_and_backup() -> None:
    device = Device(PRESENT | SYNCED)
    passkey = kept(registered(device))
    device.keys[0].counter = 41

    assert answered(device, passkey) == Assertion(42, False)
    device.flags |= BACKED_UP
    assert answered(device, passkey) == Assertion(43, True)


@pytest.mark.parametrize("name", NIST)
def test_a_key_of_each_curve_of_nist_is_taken(name: str) -> None:
    algorithm, curve, size, kind, hashed = NIST[name]
    private = ec.generate_private_key(kind)
    numbers = private.public_key().public_numbers()

    made = check_registration(attestation({
        1: 2, 3: algorithm, -1: curve, -2: numbers.x.to_bytes(size),
        -3: numbers.y.to_bytes(size)}), CHALLENGE, PARTY)

    sent = assertion(lambda signed: private.sign(signed, ec.ECDSA(hashed)))
    assert check_assertion(sent, CHALLENGE, PARTY, kept(made)) == Assertion(1, False)


@pytest.mark.parametrize("private", [
    ed25519.Ed25519PrivateKey.generate(), ed448.Ed448PrivateKey.generate()],
    ids=["Ed25519", "Ed448"])
def test_a_key_of_each_edwards_curve_is_taken(
        private: ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) -> None:
    algorithm, curve = (-8, 6) if isinstance(private, ed25519.Ed25519PrivateKey) else (-53, 7)

    made = check_registration(attestation({
        1: 1, 3: algorithm, -1: curve, -2: private.public_key().public_bytes_raw()}), CHALLENGE,
        PARTY)

    assert check_assertion(assertion(private.sign), CHALLENGE, PARTY, kept(made)) == Assertion(
        1, False)


@pytest.mark.parametrize("bits", [2048, 4096])
def test_a_key_of_rsa_is_taken(bits: int) -> None:
    """Windows Hello has made such ones."""
    private = rsa.generate_private_key(65537, bits)
    modulus = private.public_key().public_numbers().n

    made = check_registration(attestation({
        1: 3, 3: -257, -1: modulus.to_bytes(bits // 8), -2: b"\x01\x00\x01"}), CHALLENGE, PARTY)

    sent = assertion(lambda signed: private.sign(signed, padding.PKCS1v15(), SHA256()))
    assert check_assertion(sent, CHALLENGE, PARTY, kept(made)) == Assertion(1, False)
    sent = assertion(lambda signed: private.sign(
        signed, padding.PSS(padding.MGF1(SHA256()), padding.PSS.MAX_LENGTH), SHA256()))
    assert refusal(sent, kept(made)) is Flaw.WRONG_SIGNATURE


@pytest.mark.parametrize("cose", [
    {1: 3, 3: -257, -1: b"\xff" * 255, -2: b"\x01\x00\x01"},
    {1: 3, 3: -257, -1: b"\xff" * 640, -2: b"\x01\x00\x01"},
    {1: 3, 3: -257, -1: b"\xff" * 256, -2: b""},
    {1: 1, 3: -8, -1: 6, -2: bytes(31)}, {1: 1, 3: -8, -1: 7, -2: bytes(32)},
    {1: 2, 3: -7, -1: 1, -2: bytes(31) + b"\x05", -3: bytes(31) + b"\x01"},
    {1: 2, 3: -7, -1: 1, -2: b"\xff" * 32, -3: b"\xff" * 32}, {1: 2, 3: -7, -1: 1}, {3: -7},
    {1: 2, 3: -47, -1: 8, -2: bytes(32), -3: bytes(32)}, {1: 5, 3: 5, -1: bytes(32)},
    {1: 2, 3: "ES256", -1: 1}, {1: 2, 3: b"\x07"}, {1: 2, 3: {1: 2}}, {1: 2, 3: -65_700}])
def test_a_key_that_verifies_nothing_is_refused(cose: dict[int, Any]) -> None:
    assert refusal(attestation(cose)) is Flaw.UNSUPPORTED_KEY


@pytest.mark.parametrize("algorithm", [-47, -37, -9])
def test_a_good_key_of_an_algorithm_that_was_not_asked_for_is_refused(algorithm: int) -> None:
    """ES256K, PS256 and ESP256, which python-fido2 could verify."""
    if algorithm == -37:
        modulus = rsa.generate_private_key(65537, 2048).public_key().public_numbers().n
        cose: dict[int, Any] = {1: 3, -1: modulus.to_bytes(256), -2: b"\x01\x00\x01"}
    else:
        curve = ec.SECP256K1() if algorithm == -47 else ec.SECP256R1()
        numbers = ec.generate_private_key(curve).public_key().public_numbers()
        cose = {1: 2, -1: 8 if algorithm == -47 else 1, -2: numbers.x.to_bytes(32),
                -3: numbers.y.to_bytes(32)}

    assert refusal(attestation(cose | {3: algorithm})) is Flaw.UNSUPPORTED_KEY


@pytest.mark.parametrize("cose", [{}, {1: 2}, {3: 0}])
def test_a_key_without_an_algorithm_is_malformed(cose: dict[int, Any]) -> None:
    assert refusal(attestation(cose)) is Flaw.MALFORMED


def test_an_id_has_at_most_1023_bytes() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}

    made = check_registration(attestation(cose, bytes(1023)), CHALLENGE, PARTY)

    assert made.credential_id == encoded(bytes(1023)) and len(made.credential_id) == 1364
    assert refusal(attestation(cose, bytes(1024))) is Flaw.MALFORMED
    assert refusal(attestation(cose, b"")) is Flaw.MALFORMED


@pytest.mark.parametrize("member", ["clientDataJSON", "attestationObject"])
def test_what_is_missing_is_malformed(member: str) -> None:
    sent = flat(Device().make(TO_MAKE))
    del sent[member]

    assert refusal(sent) is Flaw.MALFORMED


@pytest.mark.parametrize("client_data", [
    b'{"type":"webauthn.create","challenge":%d,"origin":"https://app.example.org"}' % 10 ** 12,
    b'{"type":"webauthn.create","challenge":"","origin":%d}' % 10 ** 12])
def test_a_number_is_not_taken_for_so_many_bytes_in_client_data(client_data: bytes) -> None:
    """A stranger's request could fill all memory."""
    sent = flat(Device().make(TO_MAKE)) | {"clientDataJSON": encoded(client_data)}
    tracemalloc.start()

    assert refusal(sent) is Flaw.MALFORMED

    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_nor_is_it_in_an_attestation_object() -> None:
    sent = flat(Device().make(TO_MAKE)) | {"attestationObject": encoded(
        cbor({"fmt": "none", "attStmt": {}, "authData": 100_000_000}))}
    tracemalloc.start()

    assert refusal(sent) is Flaw.MALFORMED

    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("origin", ["http://localhost:1", "http://localhost", ORIGIN])
def test_each_origin_of_the_stage_will_do(origin: str) -> None:
    assert registered(Device(), origin=origin)


@pytest.mark.parametrize("challenge", [CHALLENGE[:-1], CHALLENGE + b"\0", b""])
def test_the_challenge_is_compared_as_a_whole(challenge: bytes) -> None:
    sent = flat(Device().make(TO_MAKE, challenge=encoded(challenge)))

    assert refusal(sent) is Flaw.WRONG_CHALLENGE


def test_a_challenge_has_one_spelling() -> None:
    """As the specification has it: base64url without padding."""
    for other in (encoded(CHALLENGE) + "=", encoded(CHALLENGE)[:-1] + "9", encoded(CHALLENGE)
                  + "\u00e4"):
        assert refusal(flat(Device().make(TO_MAKE, challenge=other))) is Flaw.WRONG_CHALLENGE


def test_client_data_may_leave_out_what_was_added_later() -> None:
    """Old browsers do not say whether a page is within another."""
    device = Device()
    passkey, answer = kept(registered(device)), device.answer(TO_ANSWER)
    said = (b'{"type":"webauthn.get","challenge":"%s","origin":"https://app.example.org"}'
            % encoded(CHALLENGE).encode())
    [key] = device.keys
    signature = key.private.sign(device.data(key, device.flags) + sha256(said).digest(),
                                 ec.ECDSA(SHA256()))

    sent = flat(changed(answer, clientDataJSON=encoded(said), signature=encoded(signature)))
    assert check_assertion(sent, CHALLENGE, PARTY, passkey) == Assertion(1, False)


def test_a_passkey_of_a_former_domain_is_told_from_one_of_any_other() -> None:
    device = Device()
    passkey = kept(registered(device))
    moved = replace(PARTY, rp_id="example.net")
    former = flat(device.answer(TO_ANSWER))
    device.keys[0].rp_id = "example.com"
    other = flat(device.answer(TO_ANSWER, key=device.keys[0]))

    flaws = []
    for sent in (former, other):
        with pytest.raises(InvalidPasskey) as caught:
            check_assertion(sent, CHALLENGE, moved, passkey)
        flaws.append(caught.value.flaw)

    assert flaws == [Flaw.FORMER_RP, Flaw.WRONG_RP]


@pytest.mark.parametrize(("change", "flaw"), [
    ({"signature": encoded(b"x" * 70)}, Flaw.WRONG_SIGNATURE),
    ({"clientDataJSON": encoded(b'{"type": "webauthn.get", "challenge": "AAAA", "origin": "x"}')},
     Flaw.WRONG_CHALLENGE)])
def test_only_its_owner_says_that_it_is_of_a_former_domain(change: dict[str, str], flaw: Flaw
                                                           ) -> None:
    """Otherwise anybody could fill the log with it."""
    device = Device()
    passkey = kept(registered(device))
    former = flat(device.answer(TO_ANSWER))

    with pytest.raises(InvalidPasskey) as caught:
        check_assertion(former | change, CHALLENGE, replace(PARTY, rp_id="example.net"), passkey)

    assert caught.value.flaw is flaw


@pytest.mark.parametrize(("handle", "user_id"), [
    (encoded(b"ada"), "ada"), ("", ""), ("A", ""), (encoded(b"\xff"), ""),
    (encoded("\u00e4".encode()), ""), (encoded(b"a" * 64), "a" * 64)])
def test_a_user_handle_is_a_user_id_of_ours_or_nothing(handle: str, user_id: str) -> None:
    assert user_id_of(handle) == user_id
