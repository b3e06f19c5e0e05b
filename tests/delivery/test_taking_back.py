"""Traffic that goes back: by itself to what was checked last, and by hand by one version."""

from contextlib import suppress

from scripts.delivery import rollback
from scripts.delivery.functions import CHECKED, Function
from tests.delivery.conftest import Account
from tests.delivery.zips import BROKEN, Zips, sha256

PING = {"FUNCTION_NAME": "ping"}


def test_rolling_back_a_deployment_that_moved_nothing_moves_nothing(
        account: Account, zips: Zips) -> None:
    """Go.cd runs the rollback after any failed task, a refused deployment too."""
    account.delivered(zips, 1)
    account.delivered(zips, 2)
    before = account.live("dev")
    account.step("deploy", STAGE="dev", DIST=zips.of(BROKEN["no handler"]), **PING)

    undone = account.step("rollback", "--unchecked", STAGE="dev", **PING)

    assert (undone.returncode, account.live("dev")) == (0, before)
    assert "Nothing to roll back" in undone.stdout


def test_a_job_that_was_lost_before_its_check_leaves_nothing_unchecked_live(
        account: Account, zips: Zips) -> None:
    """Go.cd runs its tasks again, on another agent, where nothing is left of the first run."""
    account.delivered(zips, 1)
    checked = account.live("dev")
    account.step("deploy", STAGE="dev", DIST=zips.wrong(), **PING)

    for _ in range(2):
        again = account.step("deploy", STAGE="dev", DIST=zips.wrong(), **PING)
        assert again.returncode == 0, again.stderr
        assert account.step("smoke", STAGE="dev", **PING).returncode == 1
        undone = account.step("rollback", "--unchecked", STAGE="dev", **PING)

        assert (undone.returncode, account.live("dev")) == (0, checked)


def test_another_zip_after_a_lost_job_still_goes_back_to_what_was_checked(
        account: Account, zips: Zips) -> None:
    account.delivered(zips, 1)
    checked = account.live("dev")
    account.step("deploy", STAGE="dev", DIST=zips.wrong(), **PING)

    account.step("deploy", STAGE="dev", DIST=zips.good(3), **PING)
    back = account.step("rollback", STAGE="dev", **PING)

    assert (back.returncode, account.live("dev")) == (0, checked)


def test_two_pipelines_at_once_never_count_as_checked_what_was_not(
        account: Account, zips: Zips) -> None:
    """full-service deploys between the deployment and the check of the function's pipeline."""
    account.delivered(zips, 1)
    checked = account.live("dev")
    account.step("deploy", STAGE="dev", DIST=zips.good(2), **PING)
    account.step("deploy", STAGE="dev", DIST=zips.good(3), **PING)

    smoked = account.step("smoke", "--kept", STAGE="dev", DIST=zips.good(2), **PING)

    assert smoked.returncode == 1
    assert "another deployment has moved the traffic of dev" in smoked.stderr
    assert account.function("dev").checked() == checked


def test_on_a_new_stage_there_is_nothing_to_go_back_to(account: Account, zips: Zips) -> None:
    function = account.function("test")
    with suppress(function.client.exceptions.ResourceNotFoundException):
        function.client.delete_alias(FunctionName=function.full_name, Name=CHECKED)
    account.step("deploy", STAGE="test", DIST=zips.wrong(), **PING)
    live = account.live("test")

    undone = account.step("rollback", "--unchecked", STAGE="test", **PING)

    assert (undone.returncode, account.live("test")) == (0, live)
    assert "no version has passed its checks on test yet" in undone.stdout


def test_a_person_who_rolls_back_vouches_for_that_version(account: Account, zips: Zips) -> None:
    """Otherwise the next delivery that fails would bring back what the person has left."""
    account.delivered(zips, 1)
    chosen = account.live("dev")
    account.delivered(zips, 2)
    account.step("rollback", STAGE="dev", **PING)
    account.step("deploy", STAGE="dev", DIST=zips.wrong(), **PING)

    account.step("rollback", "--unchecked", STAGE="dev", **PING)

    assert account.live("dev") == chosen


def test_a_person_rolls_back_one_version_and_no_older_ones_are_kept(
        account: Account, zips: Zips) -> None:
    for build in (1, 2, 3):
        account.delivered(zips, build)

    first = account.step("rollback", STAGE="dev", **PING)
    second = account.step("rollback", STAGE="dev", **PING)

    assert first.returncode == 0, first.stderr
    assert account.live("dev").sha256 == sha256(zips.good(2))
    assert (second.returncode, len(account.function("dev").versions())) == (1, 2)
    assert "No version older than" in second.stderr


def test_all_functions_go_back_or_none(account: Account, zips: Zips) -> None:
    """ping could go back; others of the stage have no older version."""
    for build in (1, 2):
        account.delivered(zips, build)
    before = account.live("dev")

    refused = account.step("rollback", STAGE="dev")

    assert (refused.returncode, account.live("dev")) == (1, before)
    stuck = refused.stderr.partition(" is kept of ")[2].partition(";")[0].split(", ")
    assert "createUser" in stuck and "preflight" in stuck and "ping" not in stuck


def test_functions_that_can_all_go_back_do(account: Account) -> None:
    chosen = [account.function("dev"), account.function("dev", "getUser")]
    for function in chosen:
        publish_and_move(function, "one build")
    before = [function.live() for function in chosen]
    for function in chosen:
        publish_and_move(function, "the next build")

    moves = list(rollback.go(rollback.one_back(chosen)))

    assert [function.live() for function in chosen] == before
    assert [(move.function, move.after) for move in moves] == [
        ("ping", before[0].number), ("getUser", before[1].number)]


def publish_and_move(function: Function, description: str) -> None:
    function.client.update_function_configuration(
        FunctionName=function.full_name, Description=description)
    function.client.get_waiter("function_updated_v2").wait(FunctionName=function.full_name)
    live = function.live()
    function.move(function.publish(), away_from=live.number)
