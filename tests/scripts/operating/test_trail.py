"""What happened to a person, as an operator reads it from all logs."""

import json
import time
from collections.abc import Callable

import pytest

from scripts import operate
from tests.support.application import EMAIL, Pair
from tests.support.clock import NOW
from tests.support.cloud import Cloud
from tests.support.deployed_stage import DeployedStage
from tests.support.wire import Wire

USER_ID = "0a1b2c3d-0000-4000-8000-000000000001"
HOUR_SECONDS = 3600
Print = Callable[..., None]


@pytest.fixture
def ada(pair: Pair, cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """Ada has an account of a known id."""
    account, identity = cloud.item("users"), cloud.item("identities")
    cloud.fill("users", [account | {"UserId": USER_ID}])
    cloud.fill("identities", [identity | {"user_id": USER_ID}])
    capsys.readouterr()


@pytest.fixture
def said(ada: None, deployed: DeployedStage) -> Print:
    """Returns what lets a function say a line, some seconds ago."""
    logs = deployed.client("logs")
    made: set[str] = set()

    def say(function: str, line: object, seconds_ago: int = 0) -> None:
        group = f"/aws/lambda/session-api-test-{function}"
        if group not in made:
            logs.create_log_group(logGroupName=group)
            logs.create_log_stream(logGroupName=group, logStreamName="x")
            made.add(group)
        logs.put_log_events(logGroupName=group, logStreamName="x", logEvents=[{
            "timestamp": int((time.time() - seconds_ago) * 1000),
            "message": line if isinstance(line, str) else json.dumps(line)}])

    return say


def trail(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Return the lines without their times."""
    operate.main(["person", "trail", "--stage", "test", "--email", EMAIL, *words])
    lines = capsys.readouterr().out.splitlines()
    assert all(line[19:25] == " UTC  " for line in lines)
    return [line[25:] for line in lines]


def test_lines_of_all_functions_and_operators_are_in_order_of_time(
        said: Print, capsys: pytest.CaptureFixture[str]) -> None:
    said("refreshSession", {"event": "authn_token_reuse", "user_id": USER_ID, "status": 401,
                            "name": "session_ended", "client_id": "web", "session_id": "s-1",
                            "request_id": "r-2"}, 60)
    said("createSession", {"event": "authn_login_success", "user_id": USER_ID}, 120)
    said("deleteUser", {"event": "authn_login_lock", "user_id": USER_ID}, 30)
    said("sendMail", {"event": "mail_sent", "user_id": USER_ID, "occasion": "factor_removed"}, 20)

    assert trail(capsys) == [
        "createSession             authn_login_success",
        "refreshSession            authn_token_reuse  401  session_ended  client web  session s-1"
        "  request r-2",
        "deleteUser                authn_login_lock",
        "sendMail                  mail_sent  factor_removed",
        "operator                  sensitive_read  trail  started  by "
        "arn:aws:sts::123456789012:user/moto"]


@pytest.mark.parametrize("line", [
    f"START RequestId: {USER_ID} Version: $LATEST", f'{{"user_id": "{USER_ID}"', "[]", "7",
    f'"{USER_ID}"', {"user_id": [USER_ID]}, {"user_id": "somebody else", "reason": USER_ID},
    {"session_id": USER_ID}])
def test_lines_of_others_and_of_other_programs_are_passed_over(
        line: object, said: Print, capsys: pytest.CaptureFixture[str]) -> None:
    said("createSession", line)
    said("createSession", {"user_id": USER_ID, "event": {"no": "text"}, "status": None,
                           "name": ""})

    assert [entry.split() for entry in trail(capsys)[:-1]] == [["createSession"]]


def test_what_another_program_printed_does_not_write_to_the_terminal(
        said: Print, capsys: pytest.CaptureFixture[str]) -> None:
    said("createSession", {"user_id": USER_ID, "event": "\x1b[2J"})

    operate.main(["person", "trail", "--stage", "test", "--email", EMAIL])

    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(("since", "found"), [
    ("", ["6d", "3h", "1h"]), ("7d", ["6d", "3h", "1h"]), ("2h", ["1h"]), ("5d", ["3h", "1h"]),
    ("400d", ["8d", "6d", "3h", "1h"])])
def test_it_goes_back_as_far_as_was_typed(since: str, found: list[str], said: Print,
                                          capsys: pytest.CaptureFixture[str]) -> None:
    for name, hours in (("8d", 8 * 24), ("6d", 6 * 24), ("3h", 3), ("1h", 1)):
        said("createSession", {"user_id": USER_ID, "event": name}, hours * HOUR_SECONDS - 60)

    assert [entry.split()[1] for entry in trail(capsys, "--since", since)[:-1]] == found


@pytest.mark.parametrize("since", ["7", "d", "0d", "-1d", "401d", "9601h", "1w", "٣d", "7d "])
def test_a_time_that_is_none_is_refused_with_an_example(since: str, ada: None,
                                                        deployed: DeployedStage) -> None:
    with pytest.raises(SystemExit) as refusal:
        operate.main(["person", "trail", "--stage", "test", "--email", EMAIL, f"--since={since}"])

    assert refusal.value.code == (
        "Say SINCE=7d for seven days, or SINCE=12h for twelve hours; at most 400d.")
    assert deployed.operator_lines() == []


def test_a_person_of_whom_only_the_operators_know_has_a_trail(
        ada: None, deployed: DeployedStage, capsys: pytest.CaptureFixture[str]) -> None:
    """No function has a log group before its first line."""
    for action in ("block", "unblock"):
        operate.main(["person", action, "--stage", "test", "--email", EMAIL])
    capsys.readouterr()

    assert [entry.split()[1:3] for entry in trail(capsys)] == [
        ["authz_admin", "block"], ["authz_admin", "unblock"], ["sensitive_read", "trail"]]


def test_whoever_is_blocked_again_meanwhile_is_not_said_to_be_free(
        ada: None, deployed: DeployedStage, cloud: Cloud, wire: Wire) -> None:
    cloud.change("users", blocked_at=NOW)
    wire.before("UpdateItem", lambda: cloud.change("users", blocked_at=NOW + 1))

    with pytest.raises(SystemExit, match=f"has blocked {EMAIL} meanwhile, so the block stays"):
        operate.main(["person", "unblock", "--stage", "test", "--email", EMAIL])


def test_a_log_that_may_not_be_read_is_said_to_be_refused(
        ada: None, deployed: DeployedStage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise logs.exceptions.ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "FilterLogEvents")

    logs = deployed.client("logs")
    monkeypatch.setattr(logs, "filter_log_events", refuse)

    with pytest.raises(SystemExit, match="AWS refused: .*AccessDenied"):
        operate.main(["person", "trail", "--stage", "test", "--email", EMAIL])
