"""docs/request-units.md has the operations that are measured on the engine, and no others."""

from tests.dynamodb_local import units


def test_an_operation_that_is_gone_from_the_code_or_from_the_page_is_missed() -> None:
    assert units.PAGE.read_text(encoding="utf-8") == units.page(), (
        "run .venv/bin/python -m tests.dynamodb_local.units --write")
