"""The examples of a page: fenced `http` blocks, a request and then its answer.

Notation, as api-reference.md explains it to its readers:

- An answer's value with an ellipsis varies: `"eyJ…"` is any text that begins so, `3598…` any
  whole number. In a request, a character and an ellipsis stand for 9,000 of it.
- `{name}` in a request is a value of an earlier answer: a path such as `sessions.1.id` into
  the last JSON body that has it. An answer whose fence is marked `http laptop` is remembered
  apart, as `{laptop.access_token}`. Some values are no part of an answer, and found out by whoever
  plays the examples: `{mailed_token}`, of the last mail, `{sign_up_token}`, of a mail that only
  some stages send, `{code}`, of an app, `{credential}`, which is JSON, of a browser that was given
  the last `public_key`, and `{proof}`, of a key of the client, for the request that has it.
- A request whose fence is marked `http repeated` is sent again until its answer comes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ELLIPSIS = "…"
LONG_CHARACTERS = 9000
ANY_NUMBER = "a whole number"

_FENCE = re.compile(r"^```http ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING_NUMBER = re.compile(rf"(?<=[:\[,] )\d+{ELLIPSIS}")
_REFERENCE = re.compile(r"\{([a-z_]+(?:\.\w+)*)\}")
_LONG = re.compile(rf"(.){ELLIPSIS}")


@dataclass(frozen=True)
class Message:
    """One block: its first line, headers and body, where it stands, and how it is marked."""

    line: int
    mark: str
    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: str

    def filled(self, known: Mapping[str, str]) -> "Message":
        """Return the request with values for its references."""
        def fill(text: str) -> str:
            text = _REFERENCE.sub(lambda match: known[match[1]], text)
            return _LONG.sub(lambda match: match[1] * LONG_CHARACTERS, text)

        return Message(self.line, self.mark, fill(self.first_line),
                       tuple((name, fill(value)) for name, value in self.headers),
                       fill(self.body))


@dataclass(frozen=True)
class Example:
    request: Message
    answer: Message

    @property
    def status(self) -> int:
        return int(self.answer.first_line.split(" ")[1])


def examples(page: str) -> Iterator[Example]:
    """Yield the examples in the order of the page."""
    blocks = [_message(page, match) for match in _FENCE.finditer(page)]
    for request, answer in zip(blocks[::2], blocks[1::2], strict=True):
        assert request.first_line.endswith(" HTTP/1.1"), f"line {request.line} is no request"
        assert answer.first_line.startswith("HTTP/1.1 "), f"line {answer.line} is no answer"
        yield Example(request, answer)


def _message(page: str, match: re.Match[str]) -> Message:
    head, _, body = match[2].partition("\n\n")
    first_line, *headers = head.rstrip("\n").split("\n")
    return Message(page.count("\n", 0, match.start()) + 1, match[1], first_line,
                   tuple(_header(line) for line in headers), body.rstrip("\n"))


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


def differences(shown: Message, status: int, headers: Mapping[str, str], body: str
                ) -> Iterator[str]:
    """Yield how an answer is not what the page shows; `headers` by lower-case name."""
    if f"HTTP/1.1 {status} " not in shown.first_line + " ":
        yield f"status {status}"
    for name, value in shown.headers:
        if not _alike(value, headers.get(name.lower(), "")):
            yield f"header {name}: {headers.get(name.lower())}"
    if not shown.body or not body:
        if shown.body != body:
            yield f"body {body!r}"
    elif not _alike(_as_shown(shown.body), parsed(body)):
        yield f"body {body}"


def values(body: str) -> dict[str, str]:
    """Return the texts and numbers of a JSON body by their paths."""
    return dict(_leaves(parsed(body), "")) if is_json(body) else {}


def is_json(body: str) -> bool:
    return body.startswith(("{", "["))


def parsed(body: str) -> Any:
    """Return what JSON says, and of all else the text."""
    return json.loads(body) if is_json(body) else body


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, str(value)


def _as_shown(body: str) -> object:
    return parsed(_VARYING_NUMBER.sub(f'"{ANY_NUMBER}"', body))


def _alike(shown: object, real: object) -> bool:
    """Whether `real` has the same keys and values as `shown`, but where that has an ellipsis."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return shown.keys() == real.keys() and all(_alike(shown[key], real[key]) for key in shown)
    if isinstance(shown, list) and isinstance(real, list):
        return len(shown) == len(real) and all(map(_alike, shown, real))
    if shown == ANY_NUMBER:
        return type(real) is int and real >= 0
    if isinstance(shown, str) and isinstance(real, str) and ELLIPSIS in shown:
        pattern = ".+".join(map(re.escape, shown.split(ELLIPSIS)))
        return re.fullmatch(pattern, real, re.DOTALL) is not None
    return type(shown) is type(real) and shown == real
