"""JSON as RFC 8259 means it, for text that a stranger wrote.

The standard library takes more than the standard: duplicate keys (the last one
wins), NaN and Infinity, 1e999 as Infinity, lone surrogates. Two readers that differ on such text
can be played against each other, so all of it is refused.
"""

import json
from math import isinf
from typing import NoReturn

# How deep the parser itself goes differs from one Python to the next.
MAX_NESTING = 16


class NotStrictJson(ValueError):
    """The text is not one JSON object; the message says why, without quoting it."""


def parse_object(text: str | bytes) -> dict[str, object]:
    """Return the object that `text` holds.

    Raises NotStrictJson for anything else: invalid UTF-8, a byte order mark,
    duplicate keys, NaN, lone surrogates, more than MAX_NESTING levels, numbers beyond
    the parser's limit, or a value that is no object.
    """
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        value = _DECODER.decode(decoded)
        _refuse_nesting(value)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except NotStrictJson:
        raise
    except UnicodeError as error:
        raise NotStrictJson("text is not valid Unicode") from error
    except (ValueError, RecursionError) as error:
        raise NotStrictJson("not valid JSON") from error
    if not isinstance(value, dict):
        raise NotStrictJson("not a JSON object")
    return value


def _refuse_nesting(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_NESTING):
        level = [inner for outer in level if isinstance(outer, dict | list)
                 for inner in (outer.values() if isinstance(outer, dict) else outer)]
        if not level:
            return
    if any(isinstance(value, dict | list) for value in level):
        raise NotStrictJson("nested too deeply")


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotStrictJson("an object has the same key twice")
    return result


def _refuse_constant(_name: str) -> NoReturn:
    raise NotStrictJson("NaN and Infinity are not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise NotStrictJson("a number is too large")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_refuse_duplicates, parse_float=_finite,
                            parse_constant=_refuse_constant)
