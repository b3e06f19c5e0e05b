"""Forged proofs of possession: the header, the claims, the key, the signature and the spelling.

All but those of other keys are signed by the client's own key, so that nothing but the flaw speaks
against them. Each has the reason that the log gives for its refusal (RFC 9449 section 4.3).
"""

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared.keys.signing_keys import P256_ORDER
from tests.attacks.forge import ABSENT, encoded, p1363, signed, unsigned
from tests.attacks.proof_bench import (Forgeries, claims, doubled, each, header, hmac, key,
                                       of_another_curve, of_other_keys, resigned, resized, respelt)
from tests.support.forgery import with_another_signature
from tests.support.possession import Prover

TYPE, ALGORITHM = "the proof is of another type", "the algorithm of the proof is not ES256"
HEADER = "the header of the proof holds something other than one key"
MEMBERS = "the key of the proof has not the members of a public key of P-256"
CURVE = "the key of the proof is of another curve"
POINT = "the key of the proof is no point of P-256"
ID, METHOD, ADDRESS = (
    f"the claim {name} of the proof is no text" for name in ("jti", "htm", "htu"))
EXPIRED = "the proof has expired by its own words"
INSTANT, TIME = "the claim iat of the proof is no whole number", "the proof is of another time"
LONG_ID = "the proof has too long an id"
OTHER_METHOD, OTHER_ADDRESS, OTHER_TOKEN = (
    f"the proof is for another {what}" for what in ("method", "address", "access token"))
SIGNATURE = "the signature of the proof does not verify"
PARTS, TEXT, BITS = (f"the proof is malformed: {fault}" for fault in (
    "not three parts in base64url", "header or payload does not decode",
    "base64url with stray bits"))
TWO = "more than one proof was sent"
_RSA = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
_OCT = {"kty": "oct", "k": "c2VjcmV0"}

OF_HEADER: Forgeries = (
    each(header, "typ", TYPE, ABSENT, None, "", "JWT", "at+jwt", "DPoP+JWT", ["dpop+jwt"],
         "application/dpop+jwt")
    | each(header, "alg", ALGORITHM, ABSENT, None, "none", "HS256", "RS256", "PS256", "ES256K",
           "ES384", "EdDSA", "es256", ["ES256"])
    | {f"HMAC with the {spelling} of the key": (
        lambda at, spelling=spelling: hmac(at, spelling), ALGORITHM)
       for spelling in ("PEM", "DER", "point", "JWK", "nothing")}
    | {"HMAC with the JWK, as ES256": (lambda at: hmac(at, "JWK", "ES256"), SIGNATURE),
       "alg none without signature": (
           lambda at: unsigned(at.header | {"alg": "none"}, at.claims), PARTS)}
    | each(header, "jwk", HEADER, ABSENT, None, "P-256", [], [{}])
    | {f"{name} beside jwk": (header(**{name: value}), HEADER) for name, value in {
        "kid": "1", "x5c": ["MIIB"], "jku": "https://evil.example.org/", "x5u": "file:///dev/null",
        "crit": ["exp"], "b64": False, "jwks": {"keys": []}, "nonce": "0"}.items()}
    | {"jwk twice": (doubled("header", "jwk", Prover().jwk), TEXT),
       "alg twice": (doubled("header", "alg", "none"), TEXT),
       "typ twice": (doubled("header", "typ", "JWT"), TEXT),
       "header a list": (lambda at: signed([at.header], at.claims, at.key), TEXT)})

OF_KEY: Forgeries = (
    each(header, "jwk", MEMBERS, {}, _RSA, _OCT)
    | each(key, "kty", CURVE, "RSA", "oct", "OKP", "ec", None)
    | each(key, "crv", CURVE, "P-384", "secp256k1", "p-256", "Ed25519", None)
    | {f"{name} absent": (key(**{name: ABSENT}), MEMBERS) for name in ("kty", "crv", "x", "y")}
    | {"private member d": (key(d="AQAB"), MEMBERS), "private member k": (key(k="AA"), MEMBERS),
       "chain in the key": (key(x5c=["MIIB"]), MEMBERS),
       "key of P-384": (of_another_curve, CURVE),
       "point not on the curve": (lambda at: key(y=at.prover.jwk["x"])(at), POINT),
       "point at infinity": (key(x=encoded(bytes(32)), y=encoded(bytes(32))), POINT),
       "coordinate beyond the field": (key(x=encoded(b"\xff" * 32)), POINT),
       "coordinate one octet short": (resized("x", 31), POINT),
       "coordinate one octet long": (resized("y", 33), POINT),
       "coordinate with padding": (respelt(lambda text: f"{text}="), POINT),
       "coordinate with stray bits": (respelt(lambda text: text[:-1] + chr(ord(text[-1]) + 1)),
                                      POINT),
       "coordinate in base64": (respelt(lambda text: "+" + text[1:]), POINT),
       "coordinate a number": (key(x=1), POINT), "coordinate null": (key(y=None), POINT),
       "coordinate in other digits": (respelt(lambda text: "\u0660" + text[1:]), POINT)})

OF_CLAIMS: Forgeries = (
    each(claims, "jti", ID, ABSENT, None, "", 1, True, [], ["x"])
    | {"jti too long": (claims(jti="x" * 129), LONG_ID),
       "jti half a character": (claims(jti="\ud800"), TEXT)}
    | each(claims, "htm", METHOD, ABSENT, None, "", 1, ["GET"])
    | {"htm in lower case": (lambda at: claims(htm=at.method.lower())(at), OTHER_METHOD),
       "htm PATCH": (claims(htm="PATCH"), OTHER_METHOD), "htm *": (claims(htm="*"), OTHER_METHOD)}
    | each(claims, "htu", ADDRESS, ABSENT, None, "", 443, {})
    | {f"htu of {name}": (lambda at, spell=spell: claims(htu=spell(at.address))(at), OTHER_ADDRESS)
       for name, spell in {
           "another host": lambda url: url.replace("https://", "https://evil."),
           "another path": lambda url: f"{url}/x", "the root": lambda url: url.rpartition("/")[0],
           "the same path with a slash": lambda url: f"{url}/",
           "another scheme": lambda url: url.replace("https", "http"),
           "another port": lambda url: url.replace(".com/", ".com:444/"),
           "a user": lambda url: url.replace("https://", "https://ada@"),
           "no host": lambda url: "/session", "no scheme": lambda url: url.removeprefix("https:"),
           "spaces": lambda url: f" {url}", "a path in capitals": lambda url: url.upper(),
           "an encoded slash": lambda url: url.replace("/session", "%2Fsession")}.items()}
    | each(claims, "iat", INSTANT, ABSENT, None, "1800000000", 1.8e9, True, [])
    | {f"iat {error:+d} s": (lambda at, error=error: claims(iat=at.now + error)(at), TIME)
       for error in (-61, 61, -3600, 10 ** 12)}
    | {f"exp {text}": (lambda at, exp=exp: claims(exp=exp(at.now))(at), EXPIRED)
       for text, exp in {"now": int, "a text": str, "nothing": lambda now: None}.items()}
    | {f"{name} twice": (doubled("claims", name, "GET"), TEXT)
       for name in ("jti", "htm", "htu", "iat")}
    | {"claims a list": (lambda at: signed(at.header, [at.claims], at.key), TEXT)})

OF_ACCESS_TOKEN: Forgeries = each(
    claims, "ath", OTHER_TOKEN, ABSENT, None, "", 1, encoded(bytes(32))) | {
    "ath of the refresh token": (lambda at: claims(ath=at.prover.claims(
        "", "", 0, at.refresh_token)["ath"])(at), OTHER_TOKEN),
    "ath with padding": (lambda at: claims(ath=at.claims["ath"] + "=")(at), OTHER_TOKEN),
    "ath twice": (doubled("claims", "ath", ""), TEXT)}

OF_SIGNATURE: Forgeries = {
    "signature of another key": (of_other_keys, SIGNATURE),
    "key of another signature": (lambda at: signed(
        at.header | {"jwk": Prover().jwk}, at.claims, at.key), SIGNATURE),
    "one bit flipped": (lambda at: with_another_signature(at.proof), SIGNATURE),
    "r and s swapped": (resigned(lambda r, s: p1363(s, r)), SIGNATURE),
    "r and s 0": (resigned(lambda r, s: bytes(64)), SIGNATURE),
    "r and s the order": (resigned(lambda r, s: p1363(P256_ORDER, P256_ORDER)), SIGNATURE),
    "signature of other claims": (lambda at: ".".join(
        [*claims(iat=at.now - 1)(at).split(".")[:2], at.proof.split(".")[2]]), SIGNATURE),
    "DER": (resigned(encode_dss_signature), PARTS),
    "empty signature": (resigned(lambda r, s: b""), PARTS),
    "half a signature": (resigned(lambda r, s: bytes(32)), SIGNATURE)}

OF_SPELLING: Forgeries = {
    "longer than the cap": (claims(more="x" * 1600), "> 2048 characters"),
    "two proofs": (lambda at: f"{at.proof}, {at.proof}", TWO),
    "two proofs without a space": (lambda at: f"{at.proof},{at.proof}", TWO),
    "the scheme before it": (lambda at: f"DPoP {at.proof}", PARTS),
    "padding": (lambda at: f"{at.proof}=", PARTS), "quoted": (lambda at: f'"{at.proof}"', PARTS),
    "base64": (lambda at: "+" + at.proof[1:], PARTS),
    "stray bits": (lambda at: at.proof[:-1] + chr(ord(at.proof[-1]) + 1), BITS),
    "two parts": (lambda at: at.proof.rpartition(".")[0], PARTS),
    "four parts": (lambda at: f"{at.proof}.AAAA", PARTS), "dots": (lambda _: "..", PARTS)}

FORGERIES = OF_HEADER | OF_KEY | OF_CLAIMS | OF_SIGNATURE | OF_SPELLING
