"""An authenticator with a browser around it (WebAuthn Level 3), put together by hand, so that the
service's own library is not asked what is right."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.possession import encoded

USER_PRESENT, USER_VERIFIED, SYNCED, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
ORIGIN, RP_ID = "https://app.example.org", "example.org"
Options = Mapping[str, Any]


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value: object) -> bytes:
    """Return what WebAuthn needs of CBOR (RFC 8949): integers, texts, bytes and maps, in the order
    given."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    assert isinstance(value, dict)
    return _head(5, len(value)) + b"".join(cbor(key) + cbor(held) for key, held in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    size = next(size for size in (1, 2, 4) if number < 256 ** size)
    return bytes([kind << 5 | 23 + size.bit_length()]) + number.to_bytes(size)


@dataclass
class Key:
    """A passkey on a device: for whom, where, and how often it has signed; 0 if it counts
    nothing."""

    credential_id: bytes
    private: ec.EllipticCurvePrivateKey
    user_handle: str
    rp_id: str
    counter: int = 0

    @property
    def cose(self) -> dict[int, int | bytes]:
        numbers = self.private.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


@dataclass
class Device:
    """A device on which somebody makes passkeys and uses them. `counts` says whether its counter
    rises, and `flags` are what it says of its user and itself."""

    flags: int = USER_PRESENT | USER_VERIFIED
    counts: bool = True
    keys: list[Key] = field(default_factory=list)

    def make(self, options: Options, origin: str = ORIGIN, **changes: Any) -> dict[str, Any]:
        """Return what a browser sends of a new passkey. `changes` are members of the client data,
        or `rp_id`, for which it is made in truth."""
        rp_id = changes.pop("rp_id", options["rp"]["id"])
        held = {key.credential_id for key in self.keys}
        if any(decoded(other["id"]) in held for other in options["excludeCredentials"]):
            raise InvalidState
        key = Key(secrets.token_bytes(32), ec.generate_private_key(ec.SECP256R1()),
                  options["user"]["id"], rp_id)
        self.keys.append(key)
        client_data = _client_data("webauthn.create", options, origin, changes)
        attested = (bytes(16) + len(key.credential_id).to_bytes(2) + key.credential_id
                    + cbor(key.cose))
        data = self.data(key, self.flags | ATTESTED) + attested
        return _credential(key, {
            "clientDataJSON": encoded(client_data), "transports": ["internal", "hybrid"],
            "attestationObject": encoded(
                cbor({"fmt": "none", "attStmt": {}, "authData": data}))})

    def answer(self, options: Options, origin: str = ORIGIN, key: Key | None = None,
               **changes: Any) -> dict[str, Any]:
        """Return what a browser sends of a passkey that answers: this one, or the newest that will
        do. `changes` are members of the client data."""
        key = key or self._fitting(options)
        if self.counts:
            key.counter += 1
        client_data = _client_data("webauthn.get", options, origin, changes)
        data = self.data(key, self.flags)
        signature = key.private.sign(data + hashlib.sha256(client_data).digest(),
                                     ec.ECDSA(SHA256()))
        return _credential(key, {
            "clientDataJSON": encoded(client_data), "authenticatorData": encoded(data),
            "signature": encoded(signature), "userHandle": key.user_handle})

    def data(self, key: Key, flags: int) -> bytes:
        return (hashlib.sha256(key.rp_id.encode()).digest() + bytes([flags])
                + key.counter.to_bytes(4))

    def copy(self) -> "Device":
        """Return a device that has copied the keys."""
        return replace(self, keys=[replace(key) for key in self.keys])

    def _fitting(self, options: Options) -> Key:
        allowed = [decoded(allowed["id"]) for allowed in options["allowCredentials"]]
        return next(key for key in reversed(self.keys) if key.rp_id == options["rpId"]
                    and (not allowed or key.credential_id in allowed))


class InvalidState(Exception):
    """A browser's InvalidStateError: this device has a passkey of this account."""


def changed(credential: Mapping[str, Any], **response: str) -> dict[str, Any]:
    """Return a copy with other members in its response."""
    return {**credential, "response": {**credential["response"], **response}}


def _client_data(ceremony: str, options: Options, origin: str, changes: Mapping[str, Any]
                 ) -> bytes:
    return json.dumps({"type": ceremony, "challenge": options["challenge"], "origin": origin,
                       "crossOrigin": False, **changes}).encode()


def _credential(key: Key, response: Mapping[str, Any]) -> dict[str, Any]:
    """What toJSON() returns; browsers add members that we do not read."""
    name = encoded(key.credential_id)
    return {"id": name, "rawId": name, "type": "public-key", "response": dict(response),
            "authenticatorAttachment": "platform", "clientExtensionResults": {}}
