"""Forged payloads and spellings: what a token says, and how it is written.

Most are signed by our own key, so that nothing but their content speaks against them.
"""

import json

from shared.tokens.session_tokens import (CLAIM_TYPES, OPTIONAL_TYPES,
                                          TokenType)
from tests.attacks.forge import ABSENT, Forgery, Genuine, encoded

_CLAIM_TYPES = CLAIM_TYPES[TokenType.ACCESS] | OPTIONAL_TYPES[TokenType.ACCESS]
# Without one of these, a token of either type is none that we write.
_OF_BOTH = CLAIM_TYPES[TokenType.ACCESS].keys() & CLAIM_TYPES[TokenType.REFRESH].keys()
_NUMBERS, _TEXTS, _LISTS = ([name for name, kind in _CLAIM_TYPES.items() if kind is one]
                            for one in (int, str, list))
_NOT_NUMBERS: tuple[object, ...] = (
    "1800000000", "", None, True, False, 1.8e9, 1800000000.5, [], [1800000000], {},
    {"exp": 1800000000})
_NOT_TEXTS: tuple[object, ...] = (
    "", None, True, 0, 1, 1.5, [], {}, {"$ne": ""}, ["web-app"], [["web-app"]])
_NOT_LISTS: tuple[object, ...] = (
    "", "pwd", None, True, 1, [], {}, [""], [None], [1], [["pwd"]], ["pwd", {}], {"0": "pwd"})
# As they stand in JSON, since Python writes none of them so.
_SPELT_NUMBERS = ("1e400", "-1e400", "1.8e9", "1800000000.0", "NaN", "Infinity", "-Infinity",
                  "0x6B49D200", "01800000000", "+1800000000", "9" * 400, "-" + "9" * 400,
                  "9" * 5000, "1_800_000_000", "\uff11\uff18", "1800000000 1", "")


def _claims(**changes: object) -> Forgery:
    return lambda genuine: genuine.with_claims(**changes)


def _mistyped() -> dict[str, Forgery]:
    wrong: list[tuple[str, object]] = [(name, value) for name in _NUMBERS for value in _NOT_NUMBERS]
    wrong += [(name, value) for name in _TEXTS for value in _NOT_TEXTS]
    wrong += [(name, value) for name in _LISTS for value in _NOT_LISTS]
    wrong += [(name, ABSENT) for name in sorted(_OF_BOTH)]
    return {f"{name} is {'absent' if value is ABSENT else repr(value)}": _claims(**{name: value})
            for name, value in wrong}


def _spelt() -> dict[str, Forgery]:
    def forgery(name: str, number: str) -> Forgery:
        return lambda genuine: genuine.with_payload(
            json.dumps({**genuine.payload, name: "HERE"}).replace('"HERE"', number))

    return {f"{name} is {number[:24]} ({len(number)})": forgery(name, number)
            for name in _NUMBERS for number in _SPELT_NUMBERS}


def _doubled(name: str, escaped: bool = False) -> Forgery:
    def forgery(genuine: Genuine) -> str:
        twin = f"\\u{ord(name[0]):04x}{name[1:]}" if escaped else name
        text = json.dumps(genuine.payload)
        return genuine.with_payload(f'{text[:-1]}, "{twin}": {json.dumps(genuine.payload[name])}}}')

    return forgery


def _payload(text: str | bytes) -> Forgery:
    return lambda genuine: genuine.with_payload(text)


def _encoded_as(codec: str, before: bytes = b"") -> Forgery:
    return lambda genuine: genuine.with_payload(
        before + json.dumps(genuine.payload).encode(codec))


def _around(before: str, after: str) -> Forgery:
    return lambda genuine: f"{before}{genuine.text}{after}"


def _segment(place: int, change: str) -> Forgery:
    """Put `change` in the middle of one segment."""
    def forgery(genuine: Genuine) -> str:
        parts = list(genuine.parts)
        middle = len(parts[place]) // 2
        parts[place] = parts[place][:middle] + change + parts[place][middle:]
        return ".".join(parts)

    return forgery


def _stray_bits(genuine: Genuine) -> str:
    """The last character of 86 holds 2 bits that count and 4 that must be 0."""
    return genuine.text[:-1] + chr(ord(genuine.text[-1]) + 1)


def _flattened(genuine: Genuine) -> str:
    header, payload, signature = genuine.parts
    return json.dumps({"protected": header, "payload": payload, "signature": signature})


FORGERIES: dict[str, Forgery] = (
    _mistyped() | _spelt()
    | {f"{name} twice": _doubled(name) for name in sorted(_OF_BOTH)}
    | {f"{name} twice, once escaped": _doubled(name, escaped=True) for name in sorted(_OF_BOTH)}
    | {f"payload {text[:24]!r}": _payload(text) for text in (
        "", "null", "true", "0", '""', "[]", "{}", "{", "[" * 1000, '{"a":' * 200 + "0" + "}" * 200,
        '{"sub":"\\ud800"}', "\x00", "undefined")}
    | {f"half a character in {name}": _claims(**{name: "\ud800"}) for name in _TEXTS}
    | {f"one more claim, {name}": _claims(**{name: value}) for name, value in
       {"nbf": 0, "scope": "admin", "__proto__": {"admin": True}, "": "", "exp ": 1}.items()}
    | {f"nested {name}": _claims(**{name: {name: {name: "x"}}}) for name in _NUMBERS + _TEXTS}
    | {"another client's": _claims(aud="other-app"), "client in capitals": _claims(aud="WEB-APP"),
       "another stage's": lambda genuine: genuine.with_claims(
           iss=genuine.payload["iss"].rpartition("/")[0] + "/prod"),
       "issuer with a slash": lambda genuine: genuine.with_claims(
           iss=genuine.payload["iss"] + "/"),
       "issuer in capitals": lambda genuine: genuine.with_claims(
           iss=genuine.payload["iss"].upper()),
       "from the future": lambda genuine: genuine.with_claims(iat=genuine.payload["iat"] + 61),
       "negative generation": lambda genuine: genuine.with_claims(
           gen=-1, jti=f"{genuine.payload['sid']}.-1"),
       "half a character in session and token id": _claims(sid="\ud800", jti="\ud800.0"),
       "generation beyond what a store can count": lambda genuine: genuine.with_claims(
           gen=10 ** 200, jti=f"{genuine.payload['sid']}.{10 ** 200}"),
       "generation of another token id": _claims(gen=7),
       "another session's token id": _claims(jti="another.0"),
       "the other token": lambda genuine: genuine.other}
    | {"UTF-16": _encoded_as("utf-16"), "UTF-32": _encoded_as("utf-32"),
       "byte order mark": _encoded_as("utf-8", b"\xef\xbb\xbf"),
       "invalid UTF-8": _payload(b'{"sub": "\xff\xfe"}'),
       "padding": _around("", "="), "padding of the header": lambda genuine: genuine.text.replace(
           ".", "=.", 1), "truncated": lambda genuine: genuine.text[:-1],
       "cut at the second dot": lambda genuine: genuine.text.rpartition(".")[0],
       "without signature": lambda genuine: genuine.text.rpartition(".")[0] + ".",
       "without header": lambda genuine: genuine.text[genuine.text.index("."):],
       "five parts": _around("", ".AAAA.AAAA"), "doubled": lambda genuine: (
           f"{genuine.text}.{genuine.text}"), "dots": lambda _: "..", "one dot": lambda _: ".",
       "stray bits": _stray_bits, "flattened JSON": _flattened,
       "in lower case": lambda genuine: genuine.text.lower(), "quoted": _around('"', '"'),
       "percent-encoded": lambda genuine: genuine.text.replace(".", "%2E"),
       "after a comma": _around("x,", ""), "a megabyte of claims": lambda genuine: genuine.signed(
           genuine.header, {**genuine.payload, "sub": "x" * 1_000_000}),
       "a megabyte of dots": lambda _: "." * 1_000_000, "a megabyte": lambda _: "A" * 1_000_000,
       "one character too long": lambda genuine: genuine.signed(
           genuine.header, {**genuine.payload, "sub": "x" * 1500}),
       "nested tokens": lambda genuine: f"{encoded(genuine.text)}.{genuine.text}"}
    | {f"{change!r} in segment {place}": _segment(place, change)
       for place in range(3) for change in (
           " ", "\n", "\t", "\x00", "=", "+", "/", "?", "\u0430", "\uff41", "\u200b", "%41")})
