"""Nothing is done to a person, or read of them, of which the operators' log has no line."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts import operate
from scripts.checkout import Refused
from scripts.operating.operator_log import OperatorLog
from scripts.operating.person_actions import ACTIONS
from tests.support.application import EMAIL, PASSWORD, Pair
from tests.support.cloud import Cloud
from tests.support.deployed_stage import OPERATOR_LOG, DeployedStage
from tests.support.wire import Wire

ROOT = "arn:aws:sts::123456789012:user/moto"
READS = {"find", "show", "trail"}


def person(action: str, *words: str) -> None:
    role = ["--role", "analyst"] if action.endswith("-role") else []
    operate.main(["person", action, "--stage", "test", "--email", EMAIL, *role, *words])


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_leaves_a_line_that_says_who_did_what_to_whom(
        action: str, pair: Pair, cloud: Cloud, deployed: DeployedStage) -> None:
    person(action)

    [line] = deployed.operator_lines()
    role = {"role": "analyst"} if action.endswith("-role") else {}
    assert line == {
        "level": "INFO", "event": line["event"], "action": action, "stage": "test",
        "user_id": cloud.item("users")["UserId"], "operator": ROOT, "outcome": "started"} | role
    assert line["event"] == ("sensitive_read" if action in READS else
                             "authz_change" if role else "authz_admin")
    for hidden in (EMAIL, PASSWORD, pair.access_token, pair.refresh_token):
        assert hidden not in str(line)


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_line_nothing_is_done_and_nothing_said(
        action: str, pair: Pair, cloud: Cloud, deployed: DeployedStage, wire: Wire,
        capsys: pytest.CaptureFixture[str]) -> None:
    deployed.client("logs").delete_log_group(logGroupName=OPERATOR_LOG)
    before = {table: cloud.items(table) for table in ("users", "identities", "sessions")}
    capsys.readouterr()

    with pytest.raises(SystemExit) as refusal:
        person(action)

    assert str(refusal.value.code).startswith(
        "Nothing was done, because the operators' log cannot be written (AWS refused: ")
    assert {table: cloud.items(table) for table in before} == before
    assert capsys.readouterr().out == ""


def test_a_stack_without_the_log_is_to_be_deployed_again(pair: Pair, deployed: DeployedStage
                                                         ) -> None:
    del deployed.outputs()["OperatorLogName"]

    with pytest.raises(SystemExit, match="has no output OperatorLogName; `make deploy"):
        person("show")
    operate.main(["client", "list", "--stage", "test"])


def test_an_action_that_fails_leaves_a_second_line(pair: Pair, deployed: DeployedStage, wire: Wire
                                                   ) -> None:
    wire.cut("UpdateItem")

    with pytest.raises(SystemExit, match="block is not finished"):
        person("block")

    first, second = deployed.operator_lines()
    assert second == first | {"level": "WARN", "outcome": "failed", "reason": "Unavailable"}


def test_an_action_that_is_interrupted_leaves_a_second_line(pair: Pair, deployed: DeployedStage,
                                                            wire: Wire) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    wire.before("UpdateItem", interrupt)

    with pytest.raises(KeyboardInterrupt, match=r"^Interrupted\. block is not finished"):
        person("block")

    first, second = deployed.operator_lines()
    assert second == first | {"level": "WARN", "outcome": "interrupted",
                              "reason": "KeyboardInterrupt"}


class Logs:
    """CloudWatch Logs, which does as it is told with each line, and knows no stream."""

    def __init__(self, *answers: Callable[[], dict[str, Any]]) -> None:
        self._answers = iter(answers)
        self.made = 0

    def put_log_events(self, **_: object) -> dict[str, Any]:
        return next(self._answers)()

    def create_log_stream(self, **_: object) -> None:
        self.made += 1
        refuse("ResourceAlreadyExistsException")


def refuse(code: str) -> dict[str, Any]:
    raise ClientError({"Error": {"Code": code}}, "PutLogEvents")


def missing() -> dict[str, Any]:
    return refuse("ResourceNotFoundException")


def throttled() -> dict[str, Any]:
    return refuse("ThrottlingException")


def log_of(logs: Logs) -> OperatorLog:
    return OperatorLog(logs, OPERATOR_LOG, "test", lambda: ROOT)


def test_a_stream_that_another_operator_makes_at_once_is_used() -> None:
    logs = Logs(missing, dict)

    with log_of(logs).action("show", "u-ada"):
        pass

    assert logs.made == 1


def test_a_line_that_the_log_drops_is_none() -> None:
    """A clock that is hours off gets no error, and no line."""
    with (pytest.raises(Refused, match="correct the clock of this machine"),
          log_of(Logs(dropped)).action("show", "u-ada")):
        pytest.fail("it was done")


def dropped() -> dict[str, Any]:
    return {"rejectedLogEventsInfo": {"tooNewLogEventStartIndex": 0}}


@pytest.mark.parametrize("last", [throttled, dropped])
def test_a_failure_of_which_the_log_takes_no_line_is_said_all_the_same(
        last: Callable[[], dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    with (pytest.raises(ZeroDivisionError),
          log_of(Logs(dict, last)).action("show", "u-ada")):
        raise ZeroDivisionError

    assert "The operators' log has no line that says failed (" in capsys.readouterr().err
