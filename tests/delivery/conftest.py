"""Two stages side by side in one emulator, and the steps run as a pipeline runs them."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.checkout import ROOT
from scripts.delivery.functions import Function, Version
from scripts.local.clients import REGION, ROOT_CREDENTIALS
from scripts.local.emulator import Emulator, free_port
from scripts.local.stack import MAIL_IDENTITY, LocalStack, build_host_zips, one_at_a_time
from scripts.operating.clients import ensure_clients
from scripts.operating.stage_services import StageServices
from scripts.smoke.api import Api
from tests.delivery.zips import Zips
from tests.support import one_osls

STAGES = ("dev", "test")
# It has what the steps of a pipeline install, and nothing else.
STEPS_PYTHON = ROOT / ".local" / "delivery-venv" / "bin" / "python"
# How zips for this machine are deployed to a stage that usually runs those for AWS.
PARAMETERS = {"target": "host", "bcryptCost": "10"}
# Stage test sends mail and has passkeys; dev does neither.
MAIL = {"mailSender": f"no-reply@{MAIL_IDENTITY}", "mailIdentity": MAIL_IDENTITY,
        "mailResource": "*", "mailLinkUrl": "https://app.example.org"}
PASSKEYS = {"passkeyRpId": "example.org", "passkeyOrigins": "https://app.example.org"}


@dataclass(frozen=True, slots=True)
class Account:
    """The emulator as the agents of both stages see it; `base_urls` are by stage."""

    emulator: Emulator
    base_urls: dict[str, str]
    workspace: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items()
                if not name.startswith(("AWS_", "GO_"))}
        return ours | ROOT_CREDENTIALS | {
            "AWS_ENDPOINT_URL": self.emulator.endpoint, "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "RECORDS": str(self.workspace), "CLIENT_ID": "pipeline"}

    def step(self, *arguments: str, **variables: object) -> "subprocess.CompletedProcess[str]":
        """Run a step with these environment variables, as Go.cd gives them."""
        stage = variables.get("STAGE")
        url = {"BASE_URL": self.base_urls[str(stage)]} if stage else {}
        return subprocess.run(
            [STEPS_PYTHON, "-m", "scripts.deliver", *arguments], cwd=ROOT,
            env=self.environment | url | {name: str(value) for name, value in variables.items()},
            capture_output=True, text=True, check=False)

    def delivered(self, zips: Zips, build: int) -> None:
        """Deploy a good zip of ping to dev, and check it."""
        for step in ("deploy", "smoke"):
            done = self.step(step, STAGE="dev", FUNCTION_NAME="ping", DIST=zips.good(build))
            assert done.returncode == 0, done.stderr

    def live(self, stage: str, function: str = "ping") -> Version:
        return self.function(stage, function).live()

    def function(self, stage: str, name: str = "ping") -> Function:
        function = Function(name, stage, REGION)
        function.client = function.invoker = self.emulator.client("lambda")
        return function

    def api(self, stage: str) -> Api:
        return Api(self.base_urls[stage], "pipeline")

    def answer(self, stage: str, path: str = "/ping") -> str:
        with urllib.request.urlopen(f"{self.base_urls[stage]}{path}", timeout=30) as response:
            return str(response.read().decode())


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """It is discarded in the end: nobody needs what it would save."""
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), free_port())
    emulator.start()
    try:
        yield emulator
    finally:
        emulator.discard()


@pytest.fixture(scope="session")
def account(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """Both stages deployed, and the pipeline's client registered on each."""
    urls = {}
    for stage in STAGES:
        stack = LocalStack(emulator, stage, PARAMETERS | (
            MAIL | PASSKEYS if stage == "test" else {}))
        stack.deploy()
        ensure_clients(StageServices(stage, stack.outputs(), emulator.client), "pipeline")
        apis = emulator.client("apigateway").get_rest_apis()["items"]
        api = next(found["id"] for found in apis if found["name"] == stack.name)
        urls[stage] = f"{emulator.endpoint}/_aws/execute-api/{api}/{stage}"
    return Account(emulator, urls, tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    """Return what packages stage test with parameters, each set of them once."""
    with one_at_a_time():
        build_host_zips()
    with one_osls.running() as osls:
        @cache
        def package(**parameters: str) -> dict[str, Any]:
            folder = tmp_path_factory.mktemp("template")
            overrides = [f"--param={name}={value}" for name, value in parameters.items()]
            with one_at_a_time():
                osls("package", "--stage", "test", "--param=target=host", *overrides,
                     "--package", folder).check_returncode()
            found: dict[str, Any] = json.loads(
                (folder / "cloudformation-template-update-stack.json").read_text())
            return found

        yield package


@pytest.fixture
def bare(emulator: Emulator, tmp_path: Path) -> Account:
    """An account without a stage."""
    return Account(emulator, {}, tmp_path)


@pytest.fixture
def zips(tmp_path: Path) -> Zips:
    return Zips(tmp_path)
