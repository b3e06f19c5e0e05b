"""A version is refused for what it does itself, and one that Lambda has put to sleep is woken."""

import pytest
from botocore.exceptions import ClientError

from scripts.checkout import Refused
from scripts.delivery import start_check
from scripts.delivery.functions import Version
from scripts.delivery.start_check import (ERRAND, EVENT, DoesNotStart, require_start,
                                          require_starts)
from tests.scripts.delivery.crowd import Crowd
from tests.scripts.delivery.scripted_lambda import SHA256, scripted

VERSION = Version("7", SHA256)
FINE = {"statusCode": 404}


def test_a_version_that_lambda_is_making_ready_is_waited_for() -> None:
    with scripted() as script:
        script.state("7", "Pending").state("7", "Pending").state("7", "Active").says("7", FINE)

        require_start(script.function, VERSION)


@pytest.mark.parametrize("code", ["SnapStartNotReadyException", "ResourceConflictException",
                                  "ResourceNotReadyException"])
def test_an_inactive_version_is_woken_and_then_seen_active(code: str) -> None:
    """The first invocation wakes it and fails; nothing else does wake it."""
    with scripted() as script:
        script.state("7", "Inactive").refuses("invoke", code)
        script.state("7", "Inactive").refuses("invoke", code)
        script.state("7", "Pending")
        script.state("7", "Active").says("7", FINE)

        require_start(script.function, VERSION)


def test_an_answer_of_an_inactive_version_is_not_enough() -> None:
    with scripted() as script:
        script.state("7", "Inactive").says("7", FINE).state("7", "Active").says("7", FINE)

        require_start(script.function, VERSION)


def test_a_version_that_does_not_become_active_is_not_blamed(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be deleted for it."""
    monkeypatch.setattr(start_check, "START_SECONDS", -1)
    with scripted() as script:
        script.state("7", "Pending")

        with pytest.raises(Refused, match="is Pending after") as refusal:
            require_start(script.function, VERSION)

    assert not isinstance(refusal.value, DoesNotStart)


def test_a_version_that_fails_to_start_is_refused() -> None:
    with scripted() as script:
        script.state("7", "Failed", StateReason="no room")

        with pytest.raises(DoesNotStart, match="Version 7 of .* does not start: no room"):
            require_start(script.function, VERSION)


def test_a_version_that_breaks_is_refused() -> None:
    with scripted() as script:
        script.state("7", "Active").says("7", {"errorType": "E", "errorMessage": "m"}, failed=True)

        with pytest.raises(DoesNotStart, match="does not start: E: m"):
            require_start(script.function, VERSION)


@pytest.mark.parametrize("said", [{"statusCode": 500}, {"statusCode": 503}, None, "fine"])
def test_a_version_that_answers_with_a_fault_is_refused(said: object) -> None:
    with scripted() as script:
        script.state("7", "Active").says("7", said)

        with pytest.raises(DoesNotStart, match="does not start: it answers "):
            require_start(script.function, VERSION)


def test_an_authorizer_that_lets_nobody_in_starts() -> None:
    """API Gateway takes this error for 401."""
    with scripted("authorizer") as script:
        script.state("7", "Active").says("7", {"errorMessage": "Unauthorized"}, failed=True)

        require_start(script.function, VERSION)


@pytest.mark.parametrize(("name", "event"), [("ping", EVENT), ("sendMail", ERRAND)])
def test_a_version_is_tried_with_what_its_function_is_for(name: str, event: object) -> None:
    with scripted(name) as script:
        script.state("7", "Active").says("7", {}, event=event)

        require_start(script.function, VERSION)


def test_a_throttled_invocation_was_not_carried_out_and_is_sent_again() -> None:
    with scripted() as script:
        script.state("7", "Active").refuses("invoke", "TooManyRequestsException", times=3)
        script.says("7", FINE)

        require_start(script.function, VERSION)


def test_throttling_that_lasts_is_said_and_not_blamed_on_the_version(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.delivery.functions.INVOCATION_SECONDS", -1)
    with scripted() as script:
        script.state("7", "Active").refuses("invoke", "TooManyRequestsException")

        with pytest.raises(Refused, match="TooManyRequestsException after .* docs/performance.md"
                           ) as refusal:
            require_start(script.function, VERSION)

    assert not isinstance(refusal.value, DoesNotStart)


def test_a_version_that_could_not_be_asked_about_is_not_blamed() -> None:
    with scripted() as script:
        script.refuses("get_function_configuration", "ServiceException")

        with pytest.raises(ClientError):
            require_start(script.function, VERSION)


def test_a_new_account_has_room_for_what_starts_at_once() -> None:
    """It may run ten functions at a time, and people need some of them."""
    crowd = Crowd()

    with pytest.raises(Refused):
        require_starts((function, VERSION) for function in crowd.functions)
    assert 1 < crowd.most <= 3
