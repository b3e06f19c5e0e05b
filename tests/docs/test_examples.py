"""What reads the examples finds what is wrong with an answer."""

import pytest

from tests.docs.examples import Message, differences, examples, values

PAGE = """
Before.

```http
POST /user HTTP/1.1
Content-Type: application/json

{"token": "{laptop.access_token}", "long": "a…"}
```

```http laptop
HTTP/1.1 201 Created
Retry-After: …

{"id": "x…", "left": 3598…, "list": [{"ok": true}]}
```
"""
BODY = '{"id": "x1", "left": 5, "list": [{"ok": true}]}'


def shown() -> Message:
    [example] = examples(PAGE)
    return example.answer


def test_an_answer_as_shown_has_no_differences() -> None:
    assert not list(differences(shown(), 201, {"retry-after": "7"}, BODY))


@pytest.mark.parametrize("status, headers, body", [
    (200, {"retry-after": "7"}, BODY),
    (201, {}, BODY),
    (201, {"retry-after": "7"}, ""),
    (201, {"retry-after": "7"}, BODY.replace("x1", "y1")),
    (201, {"retry-after": "7"}, BODY.replace("x1", "x")),
    (201, {"retry-after": "7"}, BODY.replace("5", '"5"')),
    (201, {"retry-after": "7"}, BODY.replace("true", "1")),
    (201, {"retry-after": "7"}, BODY.replace('"id"', '"new": 1, "id"')),
    (201, {"retry-after": "7"}, BODY.replace('{"ok": true}', "")),
])
def test_any_other_answer_differs(status: int, headers: dict[str, str], body: str) -> None:
    assert list(differences(shown(), status, headers, body))


def test_a_request_is_filled_with_what_earlier_answers_said() -> None:
    [example] = examples(PAGE)

    filled = example.request.filled({"laptop.access_token": "eyJ"})

    assert filled.body == '{"token": "eyJ", "long": "' + "a" * 9000 + '"}'


def test_values_are_known_by_their_paths() -> None:
    assert values(BODY) == {"id": "x1", "left": "5", "list.0.ok": "True"}


def test_a_request_without_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(examples("```http\nGET /ping HTTP/1.1\n```\n"))


HTML = """
```http
GET /page HTTP/1.1
```

```http
HTTP/1.1 200 OK

<p lang="en">…</p>
```
"""


def test_a_body_that_is_no_json_is_compared_as_a_text() -> None:
    [example] = examples(HTML)

    assert not list(differences(example.answer, 200, {}, '<p lang="en">Hello</p>'))
    assert list(differences(example.answer, 200, {}, '<p lang="de">Hallo</p>'))
    assert values('<p lang="en">Hello</p>') == {}
