"""The package, and a project that has nothing else."""

from pathlib import Path

import pytest

from tests.support import client_package


@pytest.fixture(scope="package")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return client_package.pack(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="package")
def project(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return client_package.install(package, tmp_path_factory.mktemp("project"))
