"""The whole service is deployed from a folder that serverless.yml can name."""

from pathlib import Path

import pytest

from scripts.checkout import ROOT, Refused
from scripts.delivery import aws, whole_service
from tests.scripts.delivery.lambda_stub import scripted


def test_zips_outside_the_checkouts_dist_are_refused(tmp_path: Path) -> None:
    """osls would deploy the folder of the same name in dist/ instead."""
    with pytest.raises(Refused, match=f"{tmp_path}/host is not a folder in {ROOT}/dist"):
        whole_service.bring_up("dev", "us-west-2", tmp_path / "host", {})


def test_zips_that_are_not_there_are_refused() -> None:
    with pytest.raises(Refused, match="dist/nowhere/ping.zip or its .sha256 is not there"):
        whole_service.bring_up("dev", "us-west-2", ROOT / "dist" / "nowhere", {})


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "POLL_SECONDS", 0)


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
