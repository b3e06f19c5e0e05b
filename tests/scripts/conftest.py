"""A stage for the operators' tool."""

import pytest

from scripts.operating import stage
from tests.support.cloud import Cloud
from tests.support.deployed_stage import OUTPUTS, DeployedStage


@pytest.fixture
def deployed(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> DeployedStage:
    deployed = DeployedStage(cloud, dict(OUTPUTS))
    monkeypatch.setattr(stage, "stage_of", lambda _arguments: deployed)
    return deployed
