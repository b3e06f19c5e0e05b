"""JSON that two readers could read differently is not JSON to us."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.strict_json import MAX_NESTING, NotStrictJson, parse_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-10**30, 10**30) | st.text(
        st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children) | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), children), max_leaves=10)


@settings(max_examples=50)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES))
def test_every_object_that_json_can_say_is_read_as_it_was_meant(value: dict[str, object]) -> None:
    assert parse_object(json.dumps(value)) == value
    assert parse_object(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(("opening", "closing"), [('{"a": ', "}"), ('{"a": [', "]}")])
def test_the_depth_is_the_same_on_every_python(opening: str, closing: str) -> None:
    levels = len(closing)

    def nested(times: int) -> str:
        return opening * times + '{"a": 1}' + closing * times

    deepest = (MAX_NESTING - 1) // levels

    assert parse_object(nested(deepest))
    with pytest.raises(NotStrictJson, match="nested too deeply"):
        parse_object(nested(deepest + 1))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_text_at_all_is_an_object_or_is_refused(text: str | bytes) -> None:
    try:
        assert isinstance(parse_object(text), dict)
    except NotStrictJson:
        pass


@pytest.mark.parametrize("text", [
    '{"a": 1, "a": 2}', '{"deep": [{"a": 1, "\\u0061": 1}]}',
    '{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}', '{"a": nan}',
    '{"a": "\\ud800"}', '{"\\udfff": 1}', '{"a": ["\\ud83d", "\\ude00"]}', '{"a": "\ud800"}',
    '{"a": 1e999}', '{"a": -1e999}',
    '[1]', '"text"', '1', 'null', 'true', '', ' ', '{', '{}{}', '{} trailing',
    "{'a': 1}", '{"a": 01}', '{"a": 1,}', '{"a": .5}', '{"a": "\t"}', '{"a": /**/ 1}',
    '\ufeff{}', '{"a": ' + '9' * 5000 + '}', '{"a": ' * 2000 + '1' + '}' * 2000,
    '{"a": ' + '[' * 100_000 + ']' * 100_000 + '}',
], ids=lambda text: repr(text[:24]).replace("\\", "/"))
def test_what_is_not_strict_is_refused(text: str) -> None:
    with pytest.raises(NotStrictJson):
        parse_object(text)


@pytest.mark.parametrize("octets", [
    b'{"a": "\xff"}', b'{"a": "\xc0\xaf"}', b'{"a": "\xed\xa0\x80"}', b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00", "{}".encode("utf-16"), "{}".encode("utf-32"), b"{\x00}"])
def test_bytes_that_are_not_utf_8_without_a_mark_are_refused(octets: bytes) -> None:
    with pytest.raises(NotStrictJson):
        parse_object(octets)


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse_object('{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_the_refusal_does_not_quote_the_text() -> None:
    with pytest.raises(NotStrictJson) as refusal:
        parse_object('{"password": "open sesame", "password": "x"}')

    assert "sesame" not in str(refusal.value) and "password" not in str(refusal.value)


@pytest.mark.parametrize(("text", "reason"), [
    (b"\xff", "text is not valid Unicode"), ('{"a": "\\ud800"}', "text is not valid Unicode"),
    ("{", "not valid JSON"), ("[]", "not a JSON object"),
    ('{"a": 1, "a": 2}', "an object has the same key twice"),
    ('{"a": NaN}', "NaN and Infinity are not JSON"),
    ('{"a": ' + "[" * 17 + "]" * 17 + "}", "nested too deeply")],
    ids=["octets", "surrogate", "cut", "list", "twice", "NaN", "deep"])
def test_a_client_learns_why(text: str | bytes, reason: str) -> None:
    with pytest.raises(NotStrictJson) as refusal:
        parse_object(text)

    assert str(refusal.value) == reason
