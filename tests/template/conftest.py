"""serverless.yml as osls packages it for each stage; nothing is sent anywhere."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local.stack import build_host_zips
from tests.support import one_osls
from tests.support.one_osls import OneOsls

STAGES = ("local", "dev", "test", "prod")
Template = dict[str, Any]
Package = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def osls() -> Iterator[OneOsls]:
    with one_osls.running() as osls:
        yield osls


@pytest.fixture(scope="session")
def package(osls: OneOsls) -> Package:
    """Return what packages a stage into a folder, with the host's zips in AWS's place."""
    build_host_zips()

    def package(stage: str, folder: Path, *parameters: str) -> "subprocess.CompletedProcess[str]":
        return osls("package", "--stage", stage, "--package", folder,
                    *(f"--param={parameter}" for parameter in ("target=host", *parameters)))

    return package


@pytest.fixture(scope="session")
def folders(package: Package, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {stage: tmp_path_factory.mktemp(stage) for stage in STAGES}
    for stage, folder in folders.items():
        done = package(stage, folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folders


@pytest.fixture(scope="session", params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def template(folders: dict[str, Path], stage: str) -> Template:
    return read(folders[stage])


@pytest.fixture(scope="session")
def prod(folders: dict[str, Path]) -> Template:
    return read(folders["prod"])


def path_in(folder: Path) -> Path:
    return folder / "cloudformation-template-update-stack.json"


def read(folder: Path) -> Template:
    template: Template = json.loads(path_in(folder).read_text(encoding="utf-8"))
    return template


def of_type(template: Template, kind: str) -> dict[str, Template]:
    """Return the properties of the resources of a type, such as "DynamoDB::Table"."""
    return {name: resource.get("Properties", {})
            for name, resource in template["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"}
