"""Forged headers and signatures: who signed, and by which algorithm.

After RFC 8725 section 2, and the attacks on JWT libraries that it sums up.
"""

from cryptography.hazmat.primitives.asymmetric.utils import \
    encode_dss_signature

from shared.keys.signing_keys import P256_ORDER, jwk_set
from tests.attacks.forge import (ABSENT, FOREIGN_KEY, Forgery, Genuine,
                                 changed, encoded, keyed, order_plus, p1363,
                                 public_spellings, signed, unsigned)
from tests.support.forgery import with_another_signature

_SIGNATURES = {"no signature": b"", "zeros": bytes(64), "ones": b"\xff" * 64}
_ALGORITHMS: tuple[object, ...] = (
    "es256", "ES256 ", "ES256\u0000", "ES256K", "ES384", "RS256", "PS256", "EdDSA", "HS256",
    "ES256", ["ES256"], {"name": "ES256"}, None, True, 0, "", ABSENT)
_KEY_IDS: tuple[object, ...] = (
    ABSENT, None, 0, True, "", [], {}, "' OR 1=1 --", "../../../../dev/null", "AWSCURRENT",
    "https://keys.example.org/1", "\u0000", "%00", "*", "k" * 1000)


def _none() -> dict[str, Forgery]:
    def forgery(spelling: str, signature: bytes) -> Forgery:
        return lambda genuine: unsigned({**genuine.header, "alg": spelling}, genuine.payload,
                                        signature)

    return {f"alg {spelling!r}, {name}": forgery(spelling, signature)
            for spelling in ("none", "None", "NONE", "nOnE", "none ", "\u006eone", "null", "")
            for name, signature in _SIGNATURES.items()}


def _keyed() -> dict[str, Forgery]:
    def forgery(algorithm: str, digest: str, spelling: str) -> Forgery:
        return lambda genuine: keyed({**genuine.header, "alg": algorithm}, genuine.payload,
                                     public_spellings(genuine.key)[spelling], digest)

    return {f"{algorithm} with the {spelling}": forgery(algorithm, digest, spelling)
            for algorithm, digest in (("HS256", "sha256"), ("HS512", "sha512"),
                                      ("ES256", "sha512"))
            for spelling in public_spellings(FOREIGN_KEY)}


def _header(**changes: object) -> Forgery:
    """Return what changes the header; a value that the header has already becomes nonsense."""
    def forgery(genuine: Genuine) -> str:
        return genuine.with_header({
            name: "nonsense" if genuine.header.get(name) == value else value
            for name, value in changes.items()})

    return forgery


def _by_the_other_algorithm(genuine: Genuine) -> str:
    """Return the token signed with our own keys, but not with those of its type."""
    if genuine.header["alg"] == "HS256":
        return signed({**genuine.header, "alg": "ES256", "kid": genuine.key.key_id},
                      genuine.payload, genuine.key)
    return keyed({**genuine.header, "alg": "HS256", "kid": genuine.key.hmac_key_id},
                 genuine.payload, genuine.key.hmac_key(genuine.token_type))


def _by_the_key_of_another_type(genuine: Genuine) -> str:
    return keyed({**genuine.header, "alg": "HS256", "kid": genuine.key.hmac_key_id},
                 genuine.payload, genuine.key.hmac_key("xx+jwt"))


def _foreign(**changes: object) -> Forgery:
    return lambda genuine: genuine.with_header(changes, FOREIGN_KEY)


def _injected() -> dict[str, Forgery]:
    [jwk] = jwk_set([FOREIGN_KEY])["keys"]
    own_id = {"kid": FOREIGN_KEY.key_id}
    parameters: dict[str, dict[str, object]] = {
        "jwk": {"jwk": jwk}, "jku": {"jku": "https://evil.example.org/jwks.json"},
        "x5u": {"x5u": "https://evil.example.org/chain.pem"}, "x5c": {"x5c": ["MIIB"]},
        "x5t": {"x5t": "AAAA"}, "crit": {"crit": ["exp"], "exp": 1}, "empty crit": {"crit": []},
        "b64": {"b64": False, "crit": ["b64"]}, "zip": {"zip": "DEF"}, "cty": {"cty": "JWT"},
        "nonce": {"nonce": "0"}, "two keys": {"jwk": jwk, "jku": "file:///dev/null"}}
    return ({f"{name}, signed by a foreign key under our id": _foreign(**parameter)
             for name, parameter in parameters.items()}
            | {f"{name}, signed by a foreign key under its own id":
               _foreign(**parameter, **own_id) for name, parameter in parameters.items()}
            | {f"{name}, signed by us": _header(**parameter)
               for name, parameter in parameters.items()}
            | {"foreign key under our id": _foreign(), "foreign key under its own id":
               _foreign(**own_id)})


def _signatures() -> dict[str, Forgery]:
    def of_numbers(r: int, s: int) -> Forgery:
        return lambda genuine: genuine.with_signature(p1363(r, s))

    def der(genuine: Genuine) -> str:
        return genuine.with_signature(encode_dss_signature(*genuine.numbers()))

    def swapped(genuine: Genuine) -> str:
        return genuine.with_signature(p1363(*reversed(genuine.numbers())))

    def beyond_the_order(genuine: Genuine) -> str:
        return genuine.with_signature(b"".join(map(order_plus, genuine.numbers())))

    def of_another_payload(genuine: Genuine) -> str:
        return f"{genuine.with_claims(sid='another').rpartition('.')[0]}.{genuine.parts[2]}"

    def with_high_s(genuine: Genuine) -> str:
        r, s = genuine.numbers()
        return genuine.with_signature(p1363(r, P256_ORDER - s))

    edges = {"0": 0, "1": 1, "n": P256_ORDER, "n-1": P256_ORDER - 1, "n+1": P256_ORDER + 1,
             "2^256-1": (1 << 256) - 1}
    return {f"r={r}, s={s}": of_numbers(edges[r], edges[s]) for r in edges for s in edges} | {
        "DER instead of P1363": der, "r and s swapped": swapped,
        "r and s beyond the order": beyond_the_order,
        "the other of the two that verify": with_high_s,
        "one bit flipped": lambda genuine: with_another_signature(genuine.text),
        "the signature of another payload": of_another_payload,
        "the signature of the other token": lambda genuine: ".".join(
            [*genuine.parts[:2], genuine.other.rpartition(".")[2]]),
        "half a signature": lambda genuine: genuine.with_signature(bytes(32)),
        "a longer signature": lambda genuine: f"{genuine.text}AA"}


def _doubled(genuine: Genuine) -> str:
    names = ",".join(f'"{name}":"{value}"' for name, value in genuine.header.items())
    return genuine.signed('{"alg":"none",' + names + "}", genuine.payload)


def _escaped_twin(genuine: Genuine) -> str:
    names = ",".join(f'"{name}":"{value}"' for name, value in genuine.header.items())
    return genuine.signed("{" + names + ',"\\u0061lg":"none"}', genuine.payload)


FORGERIES: dict[str, Forgery] = (
    _none() | _keyed() | _injected() | _signatures()
    | {"by our keys of the other algorithm": _by_the_other_algorithm,
       "by our HMAC key of another type": _by_the_key_of_another_type}
    | {f"alg {value!r}"[:60]: _header(alg=value) for value in _ALGORITHMS}
    | {f"kid {value!r}"[:60]: _header(kid=value) for value in _KEY_IDS}
    | {f"typ {value!r}": _header(typ=value)
       for value in ("JWT", "jwt", "AT+JWT", "application/at+jwt", "at+jwt ", "", None, ABSENT,
                     ["at+jwt", "rt+jwt"], "pr+jwt", "ev+jwt")}
    | {"alg twice": _doubled, "alg twice, once escaped": _escaped_twin,
       "header a list": lambda genuine: genuine.signed([genuine.header], genuine.payload),
       "header of nothing": lambda genuine: genuine.signed({}, genuine.payload),
       "header swapped with payload": lambda genuine: genuine.signed(
           genuine.payload, genuine.header),
       "names in capitals": lambda genuine: genuine.signed(
           {name.upper(): value for name, value in genuine.header.items()}, genuine.payload),
       "header in clear": lambda genuine: f"{genuine.header}.{genuine.parts[1]}.{encoded('x')}",
       "header without alg, algorithm in the payload": lambda genuine: genuine.signed(
           changed(genuine.header, {"alg": ABSENT}), {**genuine.payload, "alg": "ES256"})})
