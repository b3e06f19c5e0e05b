"""Each function's zip: it starts with nothing else on the path, is small, and is reproducible."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import package
from scripts.local.stack import build_host_zips
from scripts.packing.distributions import AWS, GIVEN_BY_LAMBDA, HOST, TARGETS, Site
from tests.support.heavy import SDK, loads
from tests.support.lambda_process import environment
from tests.support.one_osls import OneOsls

FUNCTIONS = package.functions()
# What an authorizer would pay for at each cold start, and never uses.
HEAVY = {"bcrypt", "pydantic", "pydantic-core", "zxcvbn", "email-validator"}

# -I: no PYTHON variables, no user site; -S: no site-packages. Lambda gives boto3, so it is back.
START = """
import importlib, pathlib, sys, time, zipfile
archive, given, module, calls_aws = sys.argv[1:5]
folder = pathlib.Path(archive).with_suffix("")
zipfile.ZipFile(archive).extractall(folder)
sys.path[:0] = [str(folder), given]
time.sleep = lambda _seconds: None
handler = importlib.import_module(module).handler
assert callable(handler)
from shared.wiring import process
assert process._built, "nothing was built at start"
if calls_aws == "True":
    from shared.stores import aws_clients
    assert aws_clients.EXCERPT == folder / "service_data", "the zip has it elsewhere"
    loader = aws_clients._session().get_component("data_loader")
    assert isinstance(loader, aws_clients.ExcerptLoader), "the excerpt of service data lies idle"
    assert loader.list_available_services("service-2") == [
        "dynamodb", "lambda", "secretsmanager", "sesv2"]
"""


@pytest.fixture(scope="session", params=sorted(TARGETS))
def site(request: pytest.FixtureRequest) -> Site:
    return Site(TARGETS[request.param])


@pytest.fixture(scope="session")
def host_folder() -> Path:
    """The zips that a stage on this machine runs, which are built once for all tests."""
    build_host_zips()
    return package.DIST / "host"


@pytest.fixture(scope="session")
def given_by_lambda(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Lambda runtime gives, and no more."""
    folder = tmp_path_factory.mktemp("given")
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3"):
        module = __import__(name)
        (folder / name).symlink_to(Path(module.__file__ or "").parent)
    (folder / "six.py").symlink_to(Path(__import__("six").__file__ or ""))
    return folder


def manifest_of(folder: Path, function: str) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / f"{function}.json").read_text())
    return manifest


@pytest.mark.parametrize("target", TARGETS)
def test_each_modules_zip_is_deployed(osls: OneOsls, target: str) -> None:
    printed = osls("print", "--stage", "dev", f"--param=target={target}",
                   "--path", "functions", "--format", "json")
    deployed = {name: (settings["handler"], settings["package"])
                for name, settings in json.loads(printed.stdout).items()}

    assert deployed == {
        name: (f"{module.replace('.', '/')}.handler", {"artifact": f"dist/{target}/{name}.zip"})
        for name, module in FUNCTIONS.items()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_zip_starts_with_nothing_else_on_the_path(
        host_folder: Path, given_by_lambda: Path, tmp_path: Path, function: str) -> None:
    """On Lambda, starting builds the members of Services that the function names."""
    archive, module = tmp_path / f"{function}.zip", FUNCTIONS[function]
    archive.write_bytes((host_folder / archive.name).read_bytes())

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", START, archive, given_by_lambda, module,
         str(SDK <= loads(module))],
        env=environment(module), capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_calls_aws_carries_an_excerpt_of_service_data(
        host_folder: Path, function: str) -> None:
    names = zipfile.ZipFile(host_folder / f"{function}.zip").namelist()

    assert any(name.startswith("service_data/") for name in names) == (
        SDK <= loads(FUNCTIONS[function]))


def test_only_the_function_that_serves_the_account_pages_carries_them(host_folder: Path) -> None:
    carriers = {function for function in FUNCTIONS if any(
        name.startswith("pages/")
        for name in zipfile.ZipFile(host_folder / f"{function}.zip").namelist())}

    assert carriers == {"getPage"}


@pytest.mark.parametrize("function", ["authorizer", "clientIdAuthorizer", "ping", "getSession",
                                      "getPage"])
def test_the_light_functions_carry_nothing_heavy(host_folder: Path, function: str) -> None:
    carried = manifest_of(host_folder, function)["distributions"]

    assert isinstance(carried, dict)
    assert not carried.keys() & HEAVY


def test_nothing_that_lambda_gives_is_shipped(host_folder: Path) -> None:
    for function in FUNCTIONS:
        carried = manifest_of(host_folder, function)["distributions"]
        assert isinstance(carried, dict)
        assert not carried.keys() & GIVEN_BY_LAMBDA


def test_what_a_stage_on_this_machine_runs_is_compiled_for_its_python(host_folder: Path) -> None:
    names = set(zipfile.ZipFile(host_folder / "authorizer.zip").namelist())
    modules = {name for name in names if name.endswith(".py")}

    assert "lambda_functions/authorizer.py" in modules and "jwt/api_jws.py" in modules
    assert {importlib.util.cache_from_source(name) for name in modules} <= names


@pytest.mark.parametrize("function", ["ping", "authorizer", "getPage"])
def test_the_same_inputs_give_the_same_bytes(site: Site, tmp_path: Path, function: str) -> None:
    built = [package.build(function, FUNCTIONS[function], site, tmp_path / name)
             for name in ("first", "second")]

    assert built == [True, True]
    assert ((tmp_path / "first" / f"{function}.zip").read_bytes()
            == (tmp_path / "second" / f"{function}.zip").read_bytes())


def test_a_zip_is_not_built_again_until_an_input_changes(tmp_path: Path) -> None:
    site = Site(HOST)

    assert package.build("ping", FUNCTIONS["ping"], site, tmp_path)
    assert not package.build("ping", FUNCTIONS["ping"], site, tmp_path)


def test_zips_for_aws_hold_code_for_arm64(tmp_path: Path) -> None:
    package.build("authorizer", FUNCTIONS["authorizer"], Site(AWS), tmp_path)
    names = zipfile.ZipFile(tmp_path / "authorizer.zip").namelist()

    libraries = [name for name in names if name.endswith(".so")]
    assert libraries and all("aarch64" in name or "abi3" in name for name in libraries)
    assert "lambda_functions/authorizer.py" in names
    assert any("licenses/LICENSE" in name for name in names)
    assert not any(name.startswith("bin/") or "/tests/" in name for name in names)


def test_the_sha256_beside_a_zip_is_its_own(host_folder: Path) -> None:
    digest = hashlib.sha256((host_folder / "ping.zip").read_bytes()).hexdigest()

    assert (host_folder / "ping.zip.sha256").read_text() == f"{digest}  ping.zip\n"
    assert manifest_of(host_folder, "ping")["sha256"] == digest
