"""Proofs that a service must not take, by what is wrong with them, each with a word of the reason.

Whoever makes them holds the key of the token, and sends them with a GET of /me.
"""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from shared.keys.signing_keys import SigningKey
from shared.wiring.services import wall_clock
from tests.attacks import forge
from tests.attacks.forge import ABSENT
from tests.verifiers.holders import Holder
from tests.verifiers.sent import ADDRESS

Proofs = Callable[[Holder], list[str]]


def private_jwk(holder: Holder) -> dict[str, str]:
    number = holder.prover.private.private_numbers().private_value
    return holder.prover.jwk | {"d": forge.encoded(number.to_bytes(32))}


def of_other_payload(holder: Holder) -> str:
    """Return a proof with the signature of another one."""
    first, second = holder.proof(), holder.proof()
    return ".".join([*first.split(".")[:2], second.split(".")[2]])


def keyed_with(spelling: str) -> Proofs:
    """Return what makes a proof with an HMAC, under a spelling of the public key."""
    def proofs(holder: Holder) -> list[str]:
        private = holder.prover.private
        key = SigningKey(holder.prover.thumbprint, private, private.public_key(), b"")
        return [forge.keyed(holder.header({"alg": "HS256"}), holder.claims({}),
                            forge.public_spellings(key)[spelling])]

    return proofs


def with_header(changes: dict[str, object]) -> Proofs:
    return lambda holder: [holder.proof(changes)]


def with_claim(name: str, value: object) -> Proofs:
    changes: dict[str, Any] = {name: value}
    return lambda holder: [holder.proof(**changes)]


OTHER_ADDRESSES = (
    "https://other.example.org/me", "https://api.example.org/you", "http://api.example.org/me",
    "https://api.example.org:8443/me", "https://api.example.org/me/", "https://api.example.org/ME",
    "https://api.example.org/me/..", "https://api.example.org", "/me", "me", "", 1, None, ["me"])
P384 = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)

BAD_PROOFS: dict[str, tuple[Proofs, str]] = {
    "none": (lambda holder: [], ""),
    "an empty one": (lambda holder: [""], ""),
    "two": (lambda holder: [holder.proof(), holder.proof()], ""),
    "no JWS": (lambda holder: ["a.b.c"], ""),
    "the access token": (lambda holder: [holder.token], ""),
    "the signature of another payload": (lambda holder: [of_other_payload(holder)], ""),
    "no signature": (lambda holder: [holder.proof().rpartition(".")[0] + "."], ""),
    "alg 'none'": (lambda holder: [forge.unsigned(holder.header({"alg": "none"}),
                                                  holder.claims({}))], "alg"),
    **{f"HS256 with the {spelling}": (keyed_with(spelling), "alg")
       for spelling in ("PEM", "JWK", "nothing")},
    "alg 'ES384'": (with_header({"alg": "ES384"}), "alg"),
    "no typ": (with_header({"typ": ABSENT}), "typ"),
    "typ 'JWT'": (with_header({"typ": "JWT"}), "typ"),
    "typ 'at+jwt'": (with_header({"typ": "at+jwt"}), "typ"),
    "no key": (with_header({"jwk": ABSENT}), "jwk"),
    "the id of a key": (with_header({"jwk": ABSENT, "kid": "a"}), "jwk"),
    "the address of a key": (with_header({"jwk": ABSENT, "jku": "https://a.example/"}), "jwk"),
    "a key that is null": (with_header({"jwk": None}), ""),
    "a key of another curve": (with_header({"jwk": P384}), ""),
    "a key of another type": (with_header({"jwk": {"kty": "oct", "k": "c2VjcmV0"}}), ""),
    "a private key": (lambda holder: [holder.proof({"jwk": private_jwk(holder)})], "jwk|public"),
    "a point that is not on the curve": (
        lambda holder: [holder.proof({"jwk": holder.prover.jwk | {"y": holder.prover.jwk["x"]}})],
        ""),
    "no jti": (with_claim("jti", ABSENT), "jti"),
    "an empty jti": (with_claim("jti", ""), "jti"),
    "a jti of 129 characters": (with_claim("jti", "j" * 129), "jti"),
    "a number as jti": (with_claim("jti", 7), "jti|JWT ID"),
    "no htm": (with_claim("htm", ABSENT), "htm"),
    "another method": (with_claim("htm", "POST"), "htm"),
    "the method in small letters": (with_claim("htm", "get"), "htm"),
    "no htu": (with_claim("htu", ABSENT), "htu"),
    **{f"htu {address!r}": (with_claim("htu", address), "htu|can be read")
       for address in OTHER_ADDRESSES},
    "htu of another path as its query": (with_claim("htu", f"{ADDRESS}/you?/me"), "htu"),
    "no iat": (with_claim("iat", ABSENT), "iat"),
    "an iat of 62 seconds ago": (lambda holder: [holder.proof(iat=wall_clock() - 62)], "iat"),
    "an iat in 62 seconds": (lambda holder: [holder.proof(iat=wall_clock() + 62)], "iat"),
    "an iat of milliseconds": (lambda holder: [holder.proof(iat=wall_clock() * 1000)], "iat"),
    "a text as iat": (lambda holder: [holder.proof(iat=str(wall_clock()))], "iat"),
    "a fraction as iat": (lambda holder: [holder.proof(iat=wall_clock() + 0.5)], "iat"),
    "a truth as iat": (with_claim("iat", True), "iat"),
    "no ath": (with_claim("ath", ABSENT), "ath"),
    "the ath of another token": (
        lambda holder: [holder.proof(ath=holder.claims({})["ath"][::-1])], "ath"),
    "the token as ath": (lambda holder: [holder.proof(ath=holder.token)], "ath")}
