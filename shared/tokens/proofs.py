"""Proofs of possession: the DPoP proof JWTs of RFC 9449, made by clients with keys of their own.

A proof shows that whoever sends a request holds a key. It is checked as strictly as our own tokens:
ES256 only, one public key of P-256 in its header and nothing beside it, and made for this request
within a minute. Claims that we do not know are not read (RFC 9449 section 4.2 allows them).
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from jwt.algorithms import ECAlgorithm
from jwt.exceptions import InvalidKeyError

from shared.callers import SentProof
from shared.errors import InvalidProof, MalformedToken
from shared.keys.signing_keys import thumbprint
from shared.tokens.jws import decode, split
from shared.tokens.target_addresses import names

TOKEN_TYPE = "dpop+jwt"
# How far the clock of a client may be from ours, and how long a proof can be used.
WINDOW_SECONDS = 60
MAX_ID_CHARACTERS = 128

_KEY_MEMBERS = {"kty", "crv", "x", "y"}
# Public members that libraries add (RFC 7517 section 4, and W3C Web Cryptography); they are not
# read.
_OTHER_MEMBERS = {"kid", "alg", "use", "key_ops", "ext"}
_ES256 = ECAlgorithm(ECAlgorithm.SHA256)


class Proof(NamedTuple):
    """The thumbprint of the key (RFC 7638), what tells this proof from others of the key (11
    characters), the epoch second after which it was made, if the clock of its maker is at most a
    minute ahead of ours, and the one from which on it is too old."""

    jkt: str
    proof_id: str
    made_after: int
    expires_at: int


class Proofs:
    """`now` returns epoch seconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now

    def verify(self, sent: SentProof, access_token: str = "") -> Proof:
        """Return the proof that was sent with a request, and with this access token if one was sent
        (RFC 9449 section 4.3). Raises InvalidProof."""
        if len(sent.texts) != 1:
            raise InvalidProof(f"{'more than one' if sent.texts else 'no'} proof was sent")
        [text] = sent.texts
        try:
            header, claims, signature = split(text)
        except MalformedToken as error:
            raise InvalidProof(f"the proof is malformed: {error}") from error
        public = _public_key(_key_of(header))
        _check_claims(claims, sent, access_token, self._now())
        signed = text.rpartition(".")[0].encode("ascii")
        if not _ES256.verify(signed, public, signature):
            raise InvalidProof("the signature of the proof does not verify")
        return Proof(thumbprint(public), digest(claims["jti"])[:11],
                     claims["iat"] - WINDOW_SECONDS - 1, claims["iat"] + WINDOW_SECONDS + 1)


def digest(text: str) -> str:
    """Return SHA-256 of ASCII text in base64url, as RFC 9449 has it of an access token."""
    octets = hashlib.sha256(text.encode("utf-8")).digest()
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _key_of(header: dict[str, Any]) -> dict[str, Any]:
    """Return the key in the header of a proof."""
    if header.get("typ") != TOKEN_TYPE:
        raise InvalidProof("the proof is of another type")
    if header.get("alg") != "ES256":
        raise InvalidProof("the algorithm of the proof is not ES256")
    if header.keys() != {"typ", "alg", "jwk"} or not isinstance(header["jwk"], dict):
        raise InvalidProof("the header of the proof holds something other than one key")
    return header["jwk"]


def _public_key(jwk: dict[str, Any]) -> Any:
    """Return the public key that `jwk` is; it lies on the curve."""
    if not _KEY_MEMBERS <= jwk.keys() <= _KEY_MEMBERS | _OTHER_MEMBERS:
        raise InvalidProof("the key of the proof has not the members of a public key of P-256")
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        raise InvalidProof("the key of the proof is of another curve")
    try:
        for name in ("x", "y"):
            if not isinstance(jwk[name], str):
                raise MalformedToken
            decode(jwk[name])
        return ECAlgorithm.from_jwk({name: jwk[name] for name in _KEY_MEMBERS})
    except (MalformedToken, InvalidKeyError, ValueError) as error:
        raise InvalidProof("the key of the proof is no point of P-256") from error


def _check_claims(claims: dict[str, Any], sent: SentProof, access_token: str, now: int) -> None:
    for name in ("jti", "htm", "htu"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise InvalidProof(f"the claim {name} of the proof is no text")
    # type() and not isinstance(): a JSON true is an int to Python.
    if type(claims.get("iat")) is not int:
        raise InvalidProof("the claim iat of the proof is no whole number")
    faults = {
        "has too long an id": len(claims["jti"]) > MAX_ID_CHARACTERS,
        "is for another method": claims["htm"] != sent.method,
        "is for another address": not names(claims["htu"], sent.address, sent.is_decoded),
        "is of another time": abs(now - claims["iat"]) > WINDOW_SECONDS,
        "has expired by its own words": _has_expired(claims.get("exp", now + 1), now),
        "is for another access token": access_token and claims.get("ath") != digest(access_token),
    }
    for fault, is_there in faults.items():
        if is_there:
            raise InvalidProof(f"the proof {fault}")


def _has_expired(expires_at: object, now: int) -> bool:
    """Whether a proof has expired, by the claim `exp` that some clients add (RFC 7519)."""
    return not isinstance(expires_at, int | float) or now >= expires_at
