"""Every failure that we expect has a wire name, words for the client, and a status."""

from collections.abc import Iterator

import pytest

from shared import errors
from shared.errors import SessionApiError
from shared.gateway.api_gateway import STATUS

# The error table of the HTTP contract: wire name -> status.
TABLE = {
    "invalid_request": 400, "invalid_email": 400, "weak_password": 400,
    "unsupported_account_type": 400, "invalid_link": 400, "invalid_redirect_uri": 400,
    "unauthorized": 401, "invalid_dpop_proof": 401, "bad_credentials": 401,
    "account_blocked": 401, "session_ended": 401,
    "stale_access_token": 401, "second_factor_required": 401, "invalid_ticket": 401,
    "invalid_code": 401, "invalid_authorization_code": 401,
    "reauthentication_required": 401, "enrolment_required": 401,
    "invalid_passkey": 401, "unknown_passkey": 401, "passkeys_not_configured": 404,
    "factor_exists": 409, "too_many_passkeys": 409, "last_way_in": 409,
    "not_found": 404, "method_not_allowed": 405, "user_exists": 409, "body_too_large": 413,
    "unsupported_media_type": 415, "too_many_attempts": 429, "server_error": 500,
    "unavailable": 503, "mail_not_configured": 503}


def tree(root: type[SessionApiError] = SessionApiError) -> Iterator[type[SessionApiError]]:
    yield root
    for branch in root.__subclasses__():
        if branch.__module__ == errors.__name__:
            yield from tree(branch)


def status(kind: type[SessionApiError]) -> int:
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def test_the_tree_answers_the_names_of_the_table_and_no_others() -> None:
    assert {kind.name for kind in tree()} == TABLE.keys()


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_every_error_has_the_status_of_its_name(kind: type[SessionApiError]) -> None:
    assert status(kind) == TABLE[kind.name]


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_every_error_has_one_line_for_the_client(kind: type[SessionApiError]) -> None:
    assert kind.message and kind.message[0].islower() and not kind.message.endswith(".")


def test_a_token_that_fails_is_unauthorized_however_it_fails() -> None:
    """So that nobody learns from the answer what was wrong with a forgery."""
    failures = [kind for kind in tree() if issubclass(kind, errors.InvalidToken)]

    assert len(failures) == 6
    assert {(kind.name, kind.message) for kind in failures} == {
        (errors.Unauthorized.name, errors.Unauthorized.message)}


def test_an_error_keeps_what_only_the_log_may_tell() -> None:
    error = errors.BadCredentials(subject="0a1b2c")

    assert error.about == {"subject": "0a1b2c"}
    assert str(error) == "the email address or the password is wrong"


def test_an_error_that_asks_to_try_later_keeps_its_reason_for_the_log() -> None:
    error = errors.Unavailable("lost 5 conditional writes in a row", subject="0a1b2c")

    assert (str(error), error.about) == ("lost 5 conditional writes in a row",
                                         {"subject": "0a1b2c"})
    assert error.retry_after_seconds == 1
