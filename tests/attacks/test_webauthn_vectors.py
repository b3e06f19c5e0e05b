"""The vectors that W3C publishes, through the checks of the service.

They are those of "Test Vectors" of Web Authentication Level 3 (w3c/webauthn, index.bs, as of pull
request 2346), for the domain example.org and its own page. What is not refused by a rule of ours is
accepted, and the reason of a refusal shows that all that is checked before it was right.
"""

import json
from dataclasses import replace
from typing import Any

import pytest

from scripts.checkout import ROOT
from shared.errors import Flaw, InvalidPasskey
from shared.factors.passkeys import Passkey
from shared.factors.relying_party import RelyingParty
from shared.factors.webauthn import check_assertion, check_registration
from tests.support.authenticator import USER_VERIFIED
from tests.support.possession import encoded

PARTY = RelyingParty("example.org", "session-api", ("https://example.org",))
VECTORS = {vector["name"]: vector for vector in json.loads(
    (ROOT / "tests/attacks/webauthn_vectors.json").read_text(encoding="utf-8"))}
UNVERIFIED, EMBEDDED = Flaw.USER_UNVERIFIED, Flaw.EMBEDDED
# What our rules find in the registration and in the assertion of each vector; None is nothing.
RULES: dict[str, tuple[Flaw | None, Flaw | None]] = {
    "ES256 Credential with No Attestation": (UNVERIFIED, UNVERIFIED),
    "ES256 Credential with Self Attestation": (None, UNVERIFIED),
    'ES256 Credential with "crossOrigin": true in clientDataJSON': (EMBEDDED, EMBEDDED),
    'ES256 Credential with "topOrigin" in clientDataJSON': (UNVERIFIED, EMBEDDED),
    "ES256 Credential with very long credential ID": (UNVERIFIED, None),
    "Packed Attestation with ES256 Credential": (None, None),
    "Packed Attestation with ES384 Credential": (UNVERIFIED, None),
    "Packed Attestation with ES512 Credential": (None, UNVERIFIED),
    "Packed Attestation with RS256 Credential": (None, UNVERIFIED),
    "Packed Attestation with Ed25519 Credential": (UNVERIFIED, UNVERIFIED),
    "Packed Attestation with Ed448 Credential": (UNVERIFIED, None),
    "TPM Attestation with ES256 Credential": (None, None),
    "Android Key Attestation with ES256 Credential": (None, UNVERIFIED),
    "Apple Anonymous Attestation with ES256 Credential": (UNVERIFIED, UNVERIFIED),
    "FIDO U2F Attestation with ES256 Credential": (UNVERIFIED, UNVERIFIED)}
# What a changed bit is noticed by, at the latest by the signature.
BEFORE_THE_FLAGS = {Flaw.MALFORMED, Flaw.WRONG_CEREMONY, Flaw.WRONG_ORIGIN, Flaw.WRONG_CHALLENGE,
                    Flaw.WRONG_RP, Flaw.WRONG_SIGNATURE}
every_vector = pytest.mark.parametrize("name", RULES)


def test_all_fifteen_are_here() -> None:
    assert len(VECTORS) == 15 and VECTORS.keys() == RULES.keys()


def octets(name: str, ceremony: str) -> dict[str, bytes]:
    return {member: bytes.fromhex(text) for member, text in VECTORS[name][ceremony].items()}


def register(sent: dict[str, bytes]) -> Passkey:
    texts = {member: encoded(value) for member, value in sent.items()}
    made = check_registration(texts | {"id": texts["credential_id"]}, sent["challenge"], PARTY)
    return Passkey("ada", made.credential_id, made.public_key, PARTY.rp_id, "Passkey", 0,
                   made.counter, made.is_synced, made.is_backed_up)


def answer(sent: dict[str, bytes], passkey: Passkey) -> None:
    texts = {member: encoded(value) for member, value in sent.items()}
    check_assertion(texts, sent["challenge"], PARTY, passkey)


def flags_at(attestation_object: bytes) -> int:
    """Return where the flags of the authenticator data are: after the hash of the domain."""
    [domain] = {bytes.fromhex(vector["authentication"]["authenticatorData"])[:32]
                for vector in VECTORS.values()}
    assert attestation_object.count(domain) == 1
    return attestation_object.index(domain) + len(domain)


def as_we_ask(sent: dict[str, bytes]) -> dict[str, bytes]:
    """Return a registration with a user who is verified, on a page that nothing is around. No
    signature covers it, because we ask for no attestation."""
    made = bytearray(sent["attestationObject"])
    made[flags_at(sent["attestationObject"])] |= USER_VERIFIED
    client_data: dict[str, Any] = json.loads(sent["clientDataJSON"])
    client_data["crossOrigin"] = False
    client_data.pop("topOrigin", None)
    return sent | {"attestationObject": bytes(made),
                   "clientDataJSON": json.dumps(client_data).encode()}


def flaw_of(refusal: pytest.ExceptionInfo[InvalidPasskey]) -> Flaw:
    return refusal.value.flaw


@every_vector
def test_a_registration_is_accepted_unless_a_rule_of_ours_refuses_it(name: str) -> None:
    """The kind of ceremony, the origin, the challenge and the domain are looked at before the
    user, and the key before the page around ours."""
    sent, (expected, _) = octets(name, "registration"), RULES[name]

    if expected is None:
        assert register(sent) == register(as_we_ask(sent))
    else:
        with pytest.raises(InvalidPasskey) as refusal:
            register(sent)
        assert flaw_of(refusal) is expected


@every_vector
def test_the_key_of_each_registration_is_one_that_we_take(name: str) -> None:
    sent = as_we_ask(octets(name, "registration"))

    passkey = register(sent)

    flags = sent["attestationObject"][flags_at(sent["attestationObject"])]
    assert passkey.credential_id == encoded(sent["credential_id"])
    assert (passkey.is_synced, passkey.is_backed_up) == (bool(flags & 8), bool(flags & 16))
    assert passkey.counter == 0


@every_vector
def test_every_signature_verifies(name: str) -> None:
    """What our rules refuse after it shows that it was right."""
    passkey = register(as_we_ask(octets(name, "registration")))
    sent, (_, expected) = octets(name, "authentication"), RULES[name]

    if expected is None:
        answer(sent, passkey)
    else:
        with pytest.raises(InvalidPasskey) as refusal:
            answer(sent, passkey)
        assert flaw_of(refusal) is expected


@pytest.mark.parametrize("member", ["signature", "authenticatorData", "clientDataJSON"])
@every_vector
def test_no_byte_can_be_changed_by_a_bit(name: str, member: str) -> None:
    passkey, sent = (register(as_we_ask(octets(name, "registration"))),
                     octets(name, "authentication"))
    found = set()

    for place in range(len(sent[member])):
        changed = bytearray(sent[member])
        changed[place] ^= 1 << place % 8
        with pytest.raises(InvalidPasskey) as refusal:
            answer(sent | {member: bytes(changed)}, passkey)
        found.add(flaw_of(refusal))

    assert found <= ({Flaw.WRONG_SIGNATURE} if member == "signature" else BEFORE_THE_FLAGS)


@every_vector
def test_no_key_of_another_vector_verifies_it(name: str) -> None:
    sent = octets(name, "authentication")
    own = register(as_we_ask(octets(name, "registration")))

    for other in RULES.keys() - {name}:
        key = register(as_we_ask(octets(other, "registration"))).public_key
        with pytest.raises(InvalidPasskey) as refusal:
            answer(sent, replace(own, public_key=key))
        assert flaw_of(refusal) is Flaw.WRONG_SIGNATURE
