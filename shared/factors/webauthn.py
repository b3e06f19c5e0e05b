"""Checks what an authenticator has answered (WebAuthn Level 3, sections 7.1 and 7.2).

python-fido2 reads the authenticator data and verifies the signature. Where it would take a number
for so many bytes, and a stranger could fill all memory, the types are looked at here first. What is
compared to what was asked for is compared here too, so that each refusal says what was wrong.
Attestation is not asked for: any authenticator will do, and what it says of itself is taken as it
is.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from fido2 import cbor
from fido2.webauthn import AuthenticatorData

from shared.errors import Flaw, InvalidPasskey
from shared.factors.public_keys import check_signature, stored_key
from shared.factors.relying_party import encoded

if TYPE_CHECKING:
    from shared.factors.passkeys import Passkey
    from shared.factors.relying_party import RelyingParty

# WebAuthn Level 3 section 4, "Credential ID".
MOST_ID_BYTES = 1023


class NewPasskey(NamedTuple):
    """What an authenticator says of a credential that it has made; texts are in base64url."""

    credential_id: str
    public_key: str
    counter: int
    is_synced: bool
    is_backed_up: bool


class Assertion(NamedTuple):
    """What it says of itself when it is used."""

    counter: int
    is_backed_up: bool


def check_registration(sent: Mapping[str, str], challenge: bytes, party: RelyingParty
                       ) -> NewPasskey:
    """Return the passkey that was made for this challenge. `sent` has `id`, `clientDataJSON` and
    `attestationObject`, in base64url. Raises InvalidPasskey."""
    try:
        client_data = _client_data(_decoded(sent["clientDataJSON"]))
        data = _attested(_decoded(sent["attestationObject"]))
        made = data.credential_data
    except Exception as error:  # whatever a stranger wrote; the parser raises many kinds
        raise InvalidPasskey(Flaw.MALFORMED) from error
    if made is None or not 0 < len(made.credential_id) <= MOST_ID_BYTES or (
            encoded(made.credential_id) != sent["id"]):
        raise InvalidPasskey(Flaw.MALFORMED)
    _check_asked("webauthn.create", client_data, challenge, party)
    if not _is_of(data, party.rp_id):
        raise InvalidPasskey(Flaw.WRONG_RP)
    _check_flags(data)
    key = stored_key(made.public_key)
    _check_not_embedded(client_data)
    return NewPasskey(sent["id"], key, data.counter, data.is_backup_eligible(),
                      data.is_backed_up())


def check_assertion(sent: Mapping[str, str], challenge: bytes, party: RelyingParty,
                    passkey: Passkey) -> Assertion:
    """Return what `passkey` has answered to this challenge. `sent` has `clientDataJSON`,
    `authenticatorData` and `signature`, in base64url. Raises InvalidPasskey; whether the counter
    went back is for the store to say."""
    try:
        octets = _decoded(sent["clientDataJSON"])
        client_data = _client_data(octets)
        data = AuthenticatorData(_decoded(sent["authenticatorData"]))
        signature = _decoded(sent["signature"])
    except Exception as error:  # whatever a stranger wrote; the parser raises many kinds
        raise InvalidPasskey(Flaw.MALFORMED) from error
    signed = bytes(data) + sha256(octets).digest()
    if passkey.rp_id != party.rp_id and _is_of(data, passkey.rp_id):
        # It was made before the stage moved to another domain. Only its owner can say so.
        _check_challenge(client_data, challenge)
        check_signature(passkey.public_key, signed, signature)
        raise InvalidPasskey(Flaw.FORMER_RP)
    _check_asked("webauthn.get", client_data, challenge, party)
    if passkey.rp_id != party.rp_id or not _is_of(data, party.rp_id):
        raise InvalidPasskey(Flaw.WRONG_RP)
    check_signature(passkey.public_key, signed, signature)
    _check_flags(data)
    if data.is_backup_eligible() is not passkey.is_synced:
        raise InvalidPasskey(Flaw.BACKUP_CHANGED)
    _check_not_embedded(client_data)
    return Assertion(data.counter, data.is_backed_up())


def _client_data(octets: bytes) -> Mapping[str, Any]:
    """Return what a browser says of the ceremony: with a type, a challenge and an origin."""
    said = json.loads(octets.decode("utf-8"))
    if not all(isinstance(said[name], str) for name in ("type", "challenge", "origin")):
        raise ValueError("what must be text is none")
    return said  # type: ignore[no-any-return]


def _attested(octets: bytes) -> AuthenticatorData:
    """Return the authenticator data of an attestation object."""
    data = cbor.decode(octets)["authData"]  # type: ignore[call-overload,index]
    if not isinstance(data, bytes):
        raise ValueError("what must be bytes is none")
    return AuthenticatorData(data)


def _check_asked(ceremony: str, client_data: Mapping[str, Any], challenge: bytes,
                 party: RelyingParty) -> None:
    if client_data["type"] != ceremony:
        raise InvalidPasskey(Flaw.WRONG_CEREMONY)
    if not party.allows(client_data["origin"]):
        raise InvalidPasskey(Flaw.WRONG_ORIGIN)
    _check_challenge(client_data, challenge)


def _check_challenge(client_data: Mapping[str, Any], challenge: bytes) -> None:
    if client_data["challenge"] != encoded(challenge):
        raise InvalidPasskey(Flaw.WRONG_CHALLENGE)


def _is_of(data: AuthenticatorData, rp_id: str) -> bool:
    return hmac.compare_digest(data.rp_id_hash, sha256(rp_id.encode("ascii")).digest())


def _check_flags(data: AuthenticatorData) -> None:
    if not data.is_user_present():
        raise InvalidPasskey(Flaw.USER_ABSENT)
    if not data.is_user_verified():
        raise InvalidPasskey(Flaw.USER_UNVERIFIED)
    if data.is_backed_up() and not data.is_backup_eligible():
        raise InvalidPasskey(Flaw.BACKUP_CHANGED)


def _check_not_embedded(client_data: Mapping[str, Any]) -> None:
    """A page of another origin around ours could have made the person click."""
    if client_data.get("crossOrigin") or client_data.get("topOrigin"):
        raise InvalidPasskey(Flaw.EMBEDDED)


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def user_handle(user_id: str) -> str:
    """Return the user handle of a user, in base64url."""
    return encoded(user_id.encode("utf-8"))


def user_id_of(user_handle: str) -> str:
    """Return the user id that a user handle is (base64url), empty if it is none of ours."""
    try:
        return _decoded(user_handle).decode("ascii")
    except ValueError:
        return ""
