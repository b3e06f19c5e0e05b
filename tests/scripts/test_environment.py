"""What a shell holds for other work neither moves nor breaks what we start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.checkout import ROOT
from scripts.environment import of_osls, prepared

WAYS = {"PIP_INDEX_URL": "https://pypi.corp", "PIP_CERT": "/ca.pem", "PIP_CACHE_DIR": "/cache",
        "npm_config_registry": "https://npm.corp", "NPM_CONFIG_CAFILE": "/ca.pem",
        "npm_config__authToken": "x", "npm_config_//npm.corp/:_authToken": "x",
        "npm_config_@corp:registry": "https://npm.corp", "NODE_EXTRA_CA_CERTS": "/ca.pem",
        "http_proxy": "http://proxy.corp", "HTTPS_PROXY": "http://proxy.corp",
        "PYTHONUNBUFFERED": "1", "PYTHON": "python3.13", "PYTHON_VERSION": "3.13",
        "HOME": "/home/ada", "AWS_PROFILE": "work", "PATH": "/bin"}


@pytest.mark.parametrize("name", [
    "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT",
    "PIP_NO_DEPS", "PIP_DRY_RUN", "PIP_REQUIRE_HASHES", "PIP_NO_BINARY", "pip_target",
    "NODE_ENV", "NODE_PATH", "npm_config_omit", "NPM_CONFIG_OMIT", "npm_config_only",
    "npm_config_production", "npm_config_prefix", "npm_config_global", "npm_config_dry_run",
    "PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONWARNINGS",
    "PYTHONINSPECT"])
def test_what_misleads_is_taken_away(name: str) -> None:
    assert name not in prepared({name: "1"})


def test_the_way_to_the_packages_is_kept() -> None:
    assert WAYS.items() <= prepared(WAYS).items()


def test_packages_of_the_user_are_not_what_is_installed() -> None:
    assert prepared({"PIP_USER": "1"})["PIP_USER"] == "0"


@pytest.mark.parametrize(("given", "excepted"), [
    ({}, "127.0.0.1,localhost"),
    ({"no_proxy": ""}, "127.0.0.1,localhost"),
    ({"NO_PROXY": "corp, localhost,"}, "corp,127.0.0.1,localhost"),
    ({"no_proxy": "corp", "NO_PROXY": "old"}, "corp,127.0.0.1,localhost"),
    ({"no_proxy": "*"}, "*")])
def test_this_machine_is_reached_without_a_proxy(given: dict[str, str], excepted: str) -> None:
    ours = prepared(given)

    assert ours["no_proxy"] == ours["NO_PROXY"] == excepted


@pytest.mark.parametrize(("endpoint", "goes"), [
    ("http://127.0.0.1:4566", False), ("http://localhost:4566", False),
    ("https://vpce.example.org", True), ("", True)])
def test_osls_which_knows_no_exceptions_gets_a_proxy_only_to_go_elsewhere(endpoint: str, goes: bool
                                                                          ) -> None:
    named = dict.fromkeys(("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "proxy"), "http://proxy")

    ours = of_osls(named | {"AWS_ENDPOINT_URL": endpoint})

    assert named.keys() <= ours.keys() if goes else not named.keys() & ours.keys()


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
def test_scratch_space_that_is_not_there_is_not_used(name: str, tmp_path: Path) -> None:
    assert name not in prepared({name: str(tmp_path / "gone")})
    assert prepared({name: str(tmp_path)})[name] == str(tmp_path)


def test_npm_and_osls_have_a_cache_without_a_home(tmp_path: Path) -> None:
    homeless = prepared({"HOME": str(tmp_path / "gone")})

    assert homeless["npm_config_cache"] == str(ROOT / ".local" / "npm-cache")
    assert homeless["SLS_SCHEMA_CACHE_BASE_DIR"] == str(ROOT / ".local")
    assert prepared(homeless | {"npm_config_cache": "/mine"})["npm_config_cache"] == "/mine"
    assert "npm_config_cache" not in prepared({"HOME": str(tmp_path)})


def test_a_home_that_cannot_be_written_to_is_as_good_as_none(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The superuser, who may run this, could write to any."""
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)

    assert "npm_config_cache" in prepared({"HOME": str(tmp_path)})


def test_every_program_and_its_children_get_it() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import json, os, scripts; print(json.dumps(dict(os.environ)))"],
        cwd=ROOT, env=os.environ | {"NODE_ENV": "production", "no_proxy": "corp"},
        stdout=subprocess.PIPE, check=True).stdout

    seen = json.loads(shown)
    assert "NODE_ENV" not in seen and seen["no_proxy"] == "corp,127.0.0.1,localhost"
