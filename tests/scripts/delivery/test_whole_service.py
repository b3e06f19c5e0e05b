"""The whole service is deployed from a folder that serverless.yml can name."""

import subprocess
from pathlib import Path

import pytest

from scripts.checkout import OSLS, ROOT, Refused
from scripts.delivery import whole_service
from tests.scripts.delivery.scripted_lambda import scripted


def test_zips_outside_the_checkouts_dist_are_refused(tmp_path: Path) -> None:
    """osls would deploy the folder of the same name in dist/ instead."""
    with pytest.raises(Refused, match=f"{tmp_path}/host is not a folder in {ROOT}/dist"):
        whole_service.bring_up("dev", "us-west-2", tmp_path / "host", {})


def test_zips_that_are_not_there_are_refused() -> None:
    with pytest.raises(Refused, match="dist/nowhere/ping.zip or its .sha256 is not there"):
        whole_service.bring_up("dev", "us-west-2", ROOT / "dist" / "nowhere", {})


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What bring_up does, in order, on a stage whose new template lacks a route."""
    done: list[str] = []

    class Gateway:
        routes_left = [{"GET /ping", "GET /old"}, {"GET /ping"}]

        def __init__(self, *_: str) -> None:
            """The stage and the region."""

        def routes(self) -> set[str]:
            done.append("routes")
            return self.routes_left.pop(0)

        def deploy(self, why: str) -> None:
            done.append(f"deploys the API {why}")

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        assert command[:4] == [str(OSLS), "deploy", "--stage", "dev"]
        done.append("osls")
        return subprocess.CompletedProcess(command, "bcryptCost=1" in command[-1])

    monkeypatch.setattr(whole_service, "kept_zip", lambda _dist, _function: None)
    monkeypatch.setattr(whole_service, "Gateway", Gateway)
    monkeypatch.setattr(whole_service, "wait_until_settled", lambda chosen: done.append(
        f"waits for {len(chosen)}"))
    monkeypatch.setattr(subprocess, "run", run)
    return done


def bring_up(**parameters: str) -> None:
    whole_service.bring_up("dev", "us-west-2", ROOT / "dist" / "host", parameters)


def test_osls_runs_when_nothing_changes_and_a_route_that_it_removes_is_taken_down(
        done: list[str]) -> None:
    bring_up()

    assert done == [f"waits for {len(whole_service.functions())}", "routes", "osls", "routes",
                    "deploys the API without GET /old"]


def test_a_deployment_that_osls_did_not_finish_is_refused(done: list[str]) -> None:
    with pytest.raises(Refused, match="osls deploy failed; .* No traffic has moved"):
        bring_up(bcryptCost="1")

    assert done[-1] == "osls"


def test_osls_waits_until_no_function_is_being_changed() -> None:
    """A function that is not there yet is not being changed."""
    with scripted("ping") as first, scripted("getUser") as second, scripted("new") as third:
        for last in ("InProgress", "Successful"):
            first.state("$LATEST", "Active", LastUpdateStatus=last)
            second.state("$LATEST", "Active", LastUpdateStatus="Failed")
            third.refuses("get_function_configuration", "ResourceNotFoundException")

        whole_service.wait_until_settled([first.function, second.function, third.function])


def test_a_change_that_goes_on_is_said_before_anything_is_deployed(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_service, "SETTLE_SECONDS", -1)
    with scripted("ping") as script:
        script.state("$LATEST", "Active", LastUpdateStatus="InProgress")

        with pytest.raises(Refused, match="is still changing ping; nothing was deployed"):
            whole_service.wait_until_settled([script.function])
