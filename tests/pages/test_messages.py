"""The messages of the account pages say the same in each language, and something of each error."""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest

from scripts.checkout import ROOT
from shared import errors
from shared.errors import SessionApiError

FOLDER = ROOT / "pages" / "messages"
SOURCES = (*(ROOT / "pages" / "src").glob("*.ts"), ROOT / "pages" / "build.mjs")
CLIENT = ROOT / "clients" / "javascript" / "src"
# Errors of the API that have no message of their own, and what is done about each.
WITHOUT_WORDS = {
    "invalid_request": "it is said at the field, or that something is wrong with what was entered",
    "unauthorized": "page.notAvailable",
    "invalid_dpop_proof": "error.clock",
    "second_factor_required": "the page goes on to the second step",
    "enrolment_required": "the page shows only what has to be added",
    "stale_access_token": "the client tries again",
    **dict.fromkeys(("invalid_authorization_code", "unknown_state"), "only applications get it"),
    **dict.fromkeys(("unsupported_account_type", "body_too_large", "unsupported_media_type",
                     "not_found", "method_not_allowed"),
                    "the pages send nothing of the kind: error.bad_request or error.unknown")}

Message = str | dict[str, str]


def messages(language: str) -> dict[str, Message]:
    """Return the messages of a language; a key that is there twice is an error."""
    def once(pairs: list[tuple[str, Message]]) -> dict[str, Message]:
        keys = [key for key, _ in pairs]
        assert len(set(keys)) == len(keys)
        return dict(pairs)

    found: dict[str, Message] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"),
                                           object_pairs_hook=once)
    return found


LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.json"))
OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = messages("en")


def forms(message: Message) -> dict[str, str]:
    return {"other": message} if isinstance(message, str) else message


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def names(kind: type[SessionApiError] = SessionApiError) -> Iterator[str]:
    """Yield the names of the errors of the API's functions."""
    yield kind.name
    for branch in kind.__subclasses__():
        if branch.__module__ == errors.__name__:
            yield from names(branch)


def names_of_client() -> set[str]:
    """Return the names of errors that the client, or a page, makes itself."""
    return {name for file in (*CLIENT.glob("*.ts"), *SOURCES)
            for name in re.findall(r'new ApiError\("(\w+)"', file.read_text("utf-8"))}


# API Gateway answers "throttled" by itself (serverless.yml).
NAMES = {*names(), *names_of_client(), "throttled"}


def used() -> set[str]:
    """Return the keys that the pages write out."""
    return {key for file in SOURCES
            for key in re.findall(r"""["']([a-zA-Z]+\.\w+)["']""", file.read_text("utf-8"))}


@pytest.mark.parametrize("language", OTHERS)
def test_each_language_has_the_messages_of_english(language: str) -> None:
    assert list(messages(language)) == list(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
def test_each_message_has_the_values_of_english(language: str) -> None:
    for key, message in messages(language).items():
        expected = placeholders(forms(ENGLISH[key])["other"])

        assert placeholders(forms(message)["other"]) == expected, key
        # "One device", for example, says its number by itself.
        for form in forms(message).values():
            assert placeholders(form) <= expected, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_of_a_message_are_those_of_its_language(language: str) -> None:
    """Of CLDR's plural rules, as browsers know them; 0 may have words of its own everywhere."""
    rules = "new Intl.PluralRules(process.argv[1]).resolvedOptions().pluralCategories"
    categories = json.loads(subprocess.run(
        ["node", "--print", f"JSON.stringify({rules})", language], capture_output=True,
        check=True).stdout)
    for key, message in messages(language).items():
        assert isinstance(message, dict) == isinstance(ENGLISH[key], dict), key
        assert "other" in forms(message), key
        assert forms(message).keys() <= {*categories, "zero"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_a_text_without_markup(language: str) -> None:
    for key, message in messages(language).items():
        for form in forms(message).values():
            assert form.strip() == form != "", key
            assert not re.search(r"[<>&]", form), key


def test_each_message_is_used() -> None:
    """That each one which is used is there, the compiler checks."""
    assert ENGLISH.keys() - used() - {f"error.{name}" for name in NAMES} == set()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_error_has_words(name: str) -> None:
    assert (f"error.{name}" in ENGLISH) != (name in WITHOUT_WORDS)


def test_nothing_is_explained_that_is_no_error() -> None:
    assert WITHOUT_WORDS.keys() <= NAMES
