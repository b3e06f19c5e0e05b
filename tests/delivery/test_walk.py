"""The walk of one function through two stages, every step run as the pipeline runs it."""

import json
from pathlib import Path

import pytest

from scripts import package
from scripts.packing.distributions import HOST, Site
from tests.delivery.conftest import Account
from tests.delivery.zips import BROKEN, Zips, sha256

PING = {"FUNCTION_NAME": "ping"}


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """ping as it is in the repository, packaged."""
    package.build("ping", package.functions()["ping"], Site(HOST), tmp_path / "host")
    return tmp_path / "host"


def test_a_function_walks_from_its_zip_to_the_next_stage(account: Account, packaged: Path,
                                                         zips: Zips) -> None:
    """Package, deploy, smoke, promote, deploy to the next stage, a bad version, rollback."""
    built = sha256(packaged)

    for stage in ("dev", "test"):
        deployed = account.step("deploy", STAGE=stage, DIST=packaged, **PING)
        assert deployed.returncode == 0, deployed.stderr
        unchecked = account.step("promote", FROM=stage, TO="prod", DIST=packaged, **PING)
        assert "has not passed its smoke check" in unchecked.stderr
        smoked = account.step("smoke", "--kept", STAGE=stage, DIST=packaged, **PING)
        assert smoked.returncode == 0, smoked.stderr
        assert account.live(stage).sha256 == built
        if stage == "dev":
            promoted = account.step("promote", FROM="dev", TO="test", DIST=packaged, **PING)
            assert promoted.returncode == 0, promoted.stderr
    record = json.loads((account.workspace / "promotion-test.json").read_text())
    assert record["functions"][0]["sha256"] == built

    assert account.step("deploy", STAGE="test", DIST=zips.wrong(), **PING).returncode == 0
    smoked = account.step("smoke", STAGE="test", **PING)
    assert smoked.returncode == 1 and "pang" in smoked.stderr
    assert account.step("rollback", "--unchecked", STAGE="test", **PING).returncode == 0
    assert account.live("test").sha256 == built
    assert account.answer("test") == '{"message": "pong"}'
    assert account.live("dev").sha256 == built


def test_a_version_that_cannot_start_leaves_the_traffic_where_it_was(
        account: Account, zips: Zips) -> None:
    account.step("deploy", STAGE="dev", DIST=zips.good(), **PING)
    before = account.live("dev")
    versions = account.function("dev").versions()

    for fault, source in BROKEN.items():
        deployed = account.step("deploy", STAGE="dev", DIST=zips.of(source), **PING)

        assert deployed.returncode == 1, fault
        assert f"The traffic stays with version {before.number}." in deployed.stderr, fault
        assert account.live("dev") == before, fault
        assert account.answer("dev") == '{"message": "pong"}', fault
    assert account.function("dev").versions() == versions


def test_with_snapstart_a_failed_snapshot_leaves_the_traffic_too(
        account: Account, zips: Zips) -> None:
    account.step("deploy", STAGE="test", DIST=zips.good(1), **PING)
    function = account.function("test")
    function.client.update_function_configuration(
        FunctionName=function.full_name, SnapStart={"ApplyOn": "PublishedVersions"})

    good = account.step("deploy", STAGE="test", DIST=zips.good(2), **PING)
    live = account.live("test")
    bad = account.step("deploy", STAGE="test", DIST=zips.of(BROKEN["an import that fails"]),
                       **PING)

    assert (good.returncode, live.sha256) == (0, sha256(zips.good(2)))
    settings = function.client.get_function_configuration(FunctionName=function.full_name,
                                                          Qualifier=live.number)
    assert settings["SnapStart"]["OptimizationStatus"] == "On"
    assert (bad.returncode, account.live("test")) == (1, live)


def test_deploying_the_same_zip_again_changes_nothing(account: Account, zips: Zips) -> None:
    account.delivered(zips, 1)
    before = account.live("dev")

    again = account.step("deploy", STAGE="dev", DIST=zips.good(), **PING)
    undone = account.step("rollback", "--unchecked", STAGE="dev", **PING)

    assert (again.returncode, undone.returncode) == (0, 0)
    assert account.live("dev") == before


def test_a_zip_that_is_not_what_was_kept_is_not_deployed(account: Account, zips: Zips) -> None:
    before = account.live("dev")
    dist = zips.good()
    (dist / "ping.zip").write_bytes((dist / "ping.zip").read_bytes() + b"x")

    deployed = account.step("deploy", STAGE="dev", DIST=dist, **PING)

    assert (deployed.returncode, account.live("dev")) == (1, before)
    assert "is not the zip that was tested" in deployed.stderr


@pytest.mark.parametrize(("step", "variables", "says"), [
    ("deploy", {"FUNCTION_NAME": "pong", "STAGE": "dev"}, "There is no function pong"),
    ("deploy", {"FUNCTION_NAME": "ping"}, "STAGE is not set"),
    ("promote", {"FUNCTION_NAME": "ping", "FROM": "dev"}, "TO is not set"),
])
def test_a_step_says_what_it_misses(account: Account, step: str, variables: dict[str, str],
                                    says: str) -> None:
    done = account.step(step, **variables)

    assert (done.returncode, says in done.stderr) == (1, True)
