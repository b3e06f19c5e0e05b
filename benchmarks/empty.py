"""The floor: a function that does nothing, under the same runtime."""

from typing import Any


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {}
