"""Stages that are served, and the verifiers beside them, all started once for all tests."""

import os
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from scripts.checkout import ROOT
from tests.attacks.forge import Genuine
from tests.support.application import Pair
from tests.support.cloud import Cloud
from tests.support.possession import Prover
from tests.support.wire import Wire
from tests.verifiers import certificate, habits, stages
from tests.verifiers.holders import Holder
from tests.verifiers.processes import FOLDER, Verifiers, running
from tests.verifiers.stages import ServedStage, Server


@pytest.fixture(scope="package")
def https(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return certificate.make(tmp_path_factory.mktemp("https"))


@pytest.fixture(scope="package")
def server(aws: tuple[Cloud, Wire], https: tuple[ssl.SSLContext, Path]) -> Iterator[Server]:
    cloud, _ = aws
    with mock_aws():
        cloud.build()
        with stages.serving(cloud, https[0]) as server:
            yield server


@pytest.fixture(scope="package")
def dev(server: Server) -> ServedStage:
    """The stage whose tokens are verified. Ada has signed up, and has roles."""
    stage = server.stage("dev")
    users = stage.services().user_store
    ada = users.find(stage.application().sign_up().body["id"])
    assert ada is not None and users.set_roles(ada, ("auditor", "reports"), 1)
    return stage


@pytest.fixture(scope="package")
def pair(dev: ServedStage) -> Pair:
    return dev.application().sign_in().pair


@pytest.fixture(scope="package")
def genuine(dev: ServedStage, pair: Pair) -> Genuine:
    return Genuine(pair.access_token, pair.refresh_token, dev.key)


@pytest.fixture(scope="package")
def holder(dev: ServedStage, pair: Pair) -> Holder:
    """Ada, in a session that is bound to a key."""
    prover = Prover()
    return Holder(prover, dev.application(prover=prover).sign_in().pair.access_token)


@pytest.fixture(scope="package")
def laptop(aws: tuple[Cloud, Wire], dev: ServedStage) -> Iterator[ServedStage]:
    """Stage local with the people of dev. It has no certificate, as under `make run`."""
    with stages.serving(aws[0], None) as server:
        yield server.stage("local")


@pytest.fixture(scope="package")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of the examples, which find the packages of package.json."""
    copies = tmp_path_factory.mktemp("copies") / "examples"
    for language in ("node", "python"):
        shutil.copytree(ROOT / "examples" / language, copies / language,
                        ignore=shutil.ignore_patterns("node_modules"))
    (copies / "node_modules").symlink_to(FOLDER / "node_modules")
    return copies


@pytest.fixture(scope="package")
def trusting(https: tuple[ssl.SSLContext, Path]) -> dict[str, str]:
    """The environment of programs that trust the certificate of the stages."""
    trusted = str(https[1])
    return {"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": trusted, "SSL_CERT_FILE": trusted}


@pytest.fixture(scope="package")
def verifiers(trusting: dict[str, str], copies: Path) -> Iterator[Verifiers]:
    with running(trusting | {"EXAMPLES": str(copies)}) as verifiers:
        yield verifiers


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("verifiers, in seconds")
    for line in habits.table():
        terminalreporter.write_line(line)
