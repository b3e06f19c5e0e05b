"""The forger's bench for proofs of possession: what can be changed in one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from shared.keys.signing_keys import SigningKey
from tests.attacks.forge import ABSENT, changed, encoded, integer, keyed, public_spellings, signed
from tests.support.possession import Prover


@dataclass(frozen=True)
class Occasion:
    """A request that a proof is forged for, and the tokens that the forger has."""

    prover: Prover
    method: str
    address: str
    now: int
    access_token: str
    refresh_token: str

    @property
    def key(self) -> SigningKey:
        """The client's key, for the forger's bench."""
        return SigningKey(self.prover.thumbprint, self.prover.private,
                          self.prover.private.public_key(), b"")

    @property
    def header(self) -> dict[str, Any]:
        return self.prover.header()

    @property
    def claims(self) -> dict[str, Any]:
        return self.prover.claims(self.method, self.address, self.now, self.access_token)

    @property
    def proof(self) -> str:
        return self.prover.signed(self.header, self.claims)


Forgery = Callable[[Occasion], str]
Forgeries = dict[str, tuple[Forgery, str]]


def header(**changes: object) -> Forgery:
    return lambda at: signed(changed(at.header, changes), at.claims, at.key)


def claims(**changes: object) -> Forgery:
    return lambda at: signed(at.header, changed(at.claims, changes), at.key)


def key(**changes: object) -> Forgery:
    return lambda at: signed(at.header | {"jwk": changed(at.prover.jwk, changes)}, at.claims,
                             at.key)


def each(make: Callable[..., Forgery], name: str, reason: str, *values: object) -> Forgeries:
    return {f"{name} {'absent' if value is ABSENT else repr(value)[:40]}": (
        make(**{name: value}), reason) for value in values}


def hmac(at: Occasion, spelling: str, algorithm: str = "HS256") -> str:
    return keyed(at.header | {"alg": algorithm}, at.claims, public_spellings(at.key)[spelling])


def doubled(part: str, name: str, value: object) -> Forgery:
    """Say the name twice, the first time with `value`."""
    def forgery(at: Occasion) -> str:
        texts = {"header": json.dumps(at.header), "claims": json.dumps(at.claims)}
        texts[part] = f'{{{json.dumps(name)}: {json.dumps(value)}, {texts[part][1:]}'
        return signed(texts["header"], texts["claims"], at.key)

    return forgery


def resized(name: str, length: int) -> Forgery:
    """Spell a coordinate in so many octets, with zeros in front or without its first ones."""
    def forgery(at: Occasion) -> str:
        octets = integer(at.prover.jwk[name]).to_bytes(32).rjust(length, b"\0")[-length:]
        return key(**{name: encoded(octets)})(at)

    return forgery


def respelt(spell: Callable[[str], str]) -> Forgery:
    return lambda at: key(x=spell(at.prover.jwk["x"]))(at)


def of_other_keys(at: Occasion) -> str:
    return ".".join([*at.proof.split(".")[:2], Prover().signed(at.header, at.claims).split(".")[2]])


def _numbers(at: Occasion) -> tuple[str, int, int]:
    head, _, signature = at.proof.rpartition(".")
    both = integer(signature).to_bytes(64)
    return head, int.from_bytes(both[:32]), int.from_bytes(both[32:])


def resigned(change: Callable[[int, int], bytes]) -> Forgery:
    def forgery(at: Occasion) -> str:
        head, r, s = _numbers(at)
        return f"{head}.{encoded(change(r, s))}"

    return forgery


def of_another_curve(at: Occasion) -> str:
    numbers = ec.generate_private_key(ec.SECP384R1()).public_key().public_numbers()
    return header(jwk={"kty": "EC", "crv": "P-384", "x": encoded(numbers.x.to_bytes(48)),
                       "y": encoded(numbers.y.to_bytes(48))})(at)
