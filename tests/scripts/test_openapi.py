"""`make openapi` says in one sentence what it misses, and names each schema once."""

import inspect
import re

import pytest

from scripts import openapi
from scripts.description import answers
from scripts.description.answers import ANSWERS
from scripts.description.document import SCHEMA, document
from tests.support import routes


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_a_function_without_an_answer_is_refused_by_name(
        arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ANSWERS, "getUser")
    before = openapi.PAGE.read_text(encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        openapi.main(arguments)

    assert str(stopped.value) == ("openapi.yaml cannot say what getUser answers: add it to ANSWERS "
                                  "in scripts/description/answers.py.")
    assert openapi.PAGE.read_text(encoding="utf-8") == before


def test_every_schema_that_is_referred_to_is_there() -> None:
    described = document()

    referred = set(re.findall(SCHEMA.format(model=r"(\w+)"), str(described["paths"])))

    assert referred - described["components"]["schemas"].keys() == set()


def test_no_body_has_the_name_of_an_answer() -> None:
    """One schema would take the place of the other."""
    bodies = {route.model.__name__ for route in routes.with_body()}

    assert bodies & {name for name, kind in vars(answers).items() if inspect.isclass(kind)} == set()
