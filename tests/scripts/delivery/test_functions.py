"""What another deployment is doing to a function is waited for, and not for ever."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from scripts.checkout import Refused
from scripts.delivery import functions
from scripts.delivery.functions import ALIAS, Function, Version
from scripts.delivery.kept_zip import KeptZip
from tests.scripts.delivery.scripted_lambda import (CODE_SHA256, REGION, SHA256,
                                                    Script, scripted)

VERSION = Version("7", SHA256)
IN_PROGRESS = "ResourceConflictException"


def update(script: Script, tmp_path: Path) -> None:
    zipped = tmp_path / "ping.zip"
    zipped.write_bytes(b"zip")
    script.function.update(KeptZip("ping", zipped, "11" * 32))


@pytest.mark.parametrize("code", [IN_PROGRESS, "TooManyRequestsException"])
def test_a_change_in_progress_is_waited_for(code: str, tmp_path: Path) -> None:
    with scripted() as script:
        script.state("$LATEST", "Active").refuses("update_function_code", code, times=2)
        script.answers("update_function_code", {}, ZipFile=b"zip")
        script.answers("get_function", {"Configuration": {"LastUpdateStatus": "Successful"}})
        update(script, tmp_path)

        script.refuses("publish_version", code, times=2)
        script.answers("publish_version", {"Version": "7"}, CodeSha256=CODE_SHA256)
        script.state("7", "Active")
        assert script.function.publish(CODE_SHA256) == VERSION

        script.alias(ALIAS, "6").refuses("update_alias", code, times=2)
        script.answers("update_alias", {}, Name=ALIAS, FunctionVersion="7", RevisionId="r")
        script.function.move(VERSION, away_from="6")

        script.refuses("delete_function", code, times=2)
        script.answers("delete_function", {}, Qualifier="5")
        script.function.delete([5])


def test_a_change_that_does_not_end_is_said_in_a_sentence(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "DELETE_SECONDS", -1)
    with scripted() as script:
        script.refuses("delete_function", IN_PROGRESS)

        with pytest.raises(Refused, match="session-api-dev-ping: Lambda still answers "
                           "ResourceConflictException .* another change of it is in progress"):
            script.function.delete([5])


def test_what_lambda_refuses_for_good_is_not_asked_again() -> None:
    with scripted() as script:
        script.refuses("delete_function", "AccessDeniedException")

        with pytest.raises(ClientError):
            script.function.delete([5])


def test_a_sum_is_read_as_lambda_states_it() -> None:
    with scripted() as script:
        script.answers("get_function_configuration", {"CodeSha256": CODE_SHA256}, Qualifier="7")

        assert script.function.version("7") == VERSION


def test_traffic_that_somebody_else_has_moved_is_left_there() -> None:
    with scripted() as script:
        script.alias(ALIAS, "8")

        with pytest.raises(Refused, match="was moved to version 8 by another deployment"):
            script.function.move(VERSION, away_from="6")


def test_an_invocation_whose_answer_is_lost_is_not_sent_twice(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have sent a mail, or written what it would then find."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    sent: list[object] = []

    def lose(request: object, **_: object) -> None:
        sent.append(request)
        raise ReadTimeoutError(endpoint_url="https://lambda")

    function = Function("sendMail", "dev", REGION)
    function.invoker.meta.events.register("before-send.lambda.Invoke", lose)

    with pytest.raises(ReadTimeoutError):
        function.invoke("7", {})
    assert len(sent) == 1
