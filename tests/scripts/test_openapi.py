"""`make openapi` says in one sentence what it misses."""

import pytest

from scripts import openapi
from scripts.description.answers import ANSWERS


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
