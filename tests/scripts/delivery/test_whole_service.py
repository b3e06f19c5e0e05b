"""The whole service is deployed from a folder that serverless.yml can name."""

from pathlib import Path

import pytest

from scripts.checkout import ROOT, Refused
from scripts.delivery import whole_service


def test_zips_outside_the_checkouts_dist_are_refused(tmp_path: Path) -> None:
    """osls would deploy the folder of the same name in dist/ instead."""
    with pytest.raises(Refused, match=f"{tmp_path}/host is not a folder in {ROOT}/dist"):
        whole_service.bring_up("dev", "us-west-2", tmp_path / "host", {})


def test_zips_that_are_not_there_are_refused() -> None:
    with pytest.raises(Refused, match="dist/nowhere/ping.zip or its .sha256 is not there"):
        whole_service.bring_up("dev", "us-west-2", ROOT / "dist" / "nowhere", {})
