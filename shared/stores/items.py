"""Items: flat Python dictionaries here, typed attributes on DynamoDB's wire."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Value = str | int | bool
Item = Mapping[str, Value]


def marshalled(item: Item) -> dict[str, Any]:
    return {name: marshalled_value(value) for name, value in item.items()}


def marshalled_value(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def unmarshalled(item: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Any] | None:
    """Return the plain item, or None for a missing or an empty one."""
    if not item:
        return None
    return {name: _READERS[kind](text)
            for name, typed in item.items() for kind, text in typed.items()}


def words_entry(name: str, words: Sequence[str]) -> dict[str, Value]:
    """Return the attribute that has `words`, none of which has a blank; nothing without words."""
    return {name: " ".join(words)} if words else {}


def words_of(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the words of an attribute, none if it is absent."""
    return tuple(str(item.get(name, "")).split())


def words_update(name: str, words: Sequence[str]) -> tuple[str, dict[str, Value]]:
    """Return the update that has an attribute say these words, at the version :version of them, and
    its values."""
    if not words:
        return f"SET #{name}_version = :version REMOVE #{name}", {}
    return f"SET #{name}_version = :version, #{name} = :words", {"words": " ".join(words)}


_READERS: dict[str, Callable[[Any], Value]] = {"S": str, "N": int, "BOOL": bool}
